"""Short names of documents before a number or in 《》: 消保法, 养老保险办法, “指导意见”, 稳经济33条.

A short name keeps characters of the title in their order. That of a law begins as the law does (消保法 is the
消费者权益保护法, but 合同法 is not the 劳动合同法: it is another law); other kinds of documents are called by any words
of their titles. A name that fits no title is said to be unknown where it stands before a number, and not looked for in
other documents.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from corpus.lexicon import english_titles, frame_words
from corpus.model import Metadata
from corpus.numerals import to_int
from rag.english_names import titles_for
from rag.name_forms import BEHIND, CERTAIN, ENGLISH_LAW, KINDS, LAWS, NUMBERED, names_of
from rag.naming import NamedDocuments

#: What stands before a number as the name of a document.
_BEFORE: Final = re.compile(rf"(?P<run>[\u4e00-\u9fff0-9a-z]{{0,40}}?(?P<kind>{KINDS}|{LAWS}))(?={BEHIND})")
_MARKED: Final = re.compile(
    rf"(?P<open>[《<\"“])(?P<run>[^《》<>\"“”]{{2,60}})(?P<close>[》>\"”])(?P<numbered>(?={BEHIND}))?"
)
#: 稳经济33条里第20条: called by the number of its measures.
_BY_COUNT: Final = re.compile(
    rf"(?P<run>[\u4e00-\u9fff]{{1,8}}?)(?<![第之款项〇零一二三四五六七八九十百千\d])(?P<count>\d{{1,3}}|[一二三四五六七八九十]{{1,4}})条(?:举措|措施|政策|意见)?(?:里|中)?(?:面)?的?(?={NUMBERED})"
)
_REFERENCE: Final = re.compile(rf"[\u4e00-\u9fff]{{1,8}}[\[(]\d{{4}}[\])]第?\d+号(?={BEHIND})")
#: 本法, 该条例: a document by the kind alone, where the question points at it.
_POINTING: Final = re.compile(r"(?:本|该|此|这|那|上述|前述|以上)(?:部|个|份|项|件)?")
_PARTICLES: Final = frozenset(
    "请 请问 问 问下 问一下 想问 查 查一下 查询 看看 看 按 按照 依 依照 根据 依据 在 和 与 那 那么 的 了 中 里 把 给我 "
    "帮我".split()
)
#: 云南省政府工作报告 is not the one of another province, and 西藏自治区基本法 none of these.
_PLACE: Final = re.compile(r"[\u4e00-\u9fff][省市区县州盟旗]$")
#: Before the name of a law these are no part of it.
_OF_ALL: Final = frozenset("中国 我国 国家 现行 中华人民共和国 法律".split())
_LAW: Final = re.compile(rf"(?:{LAWS}|条例|办法|规定)$")
_SHORTEST: Final = 2
_NEAR: Final = 3

Counts = Callable[[str], int]
Cut = Callable[[str], list[str]]
Test = Callable[[str], bool]


class ShortNames:
    """Short names over the documents of `held`; `cut` cuts words, `measures` counts a document's numbered parts.

    `is_heading` tells of words whether they end in the heading of a part, `is_noun` of a word whether it is a noun.
    """

    def __init__(
        self, held: Mapping[str, Metadata], cut: Cut, measures: Counts, is_heading: Test, is_noun: Test
    ) -> None:
        self._cut, self._measures, self._is_heading, self._is_noun = cut, measures, is_heading, is_noun
        self._names = {id_: sorted(set(names_of(metadata)), key=len) for id_, metadata in held.items()}
        self._regions = {id_: metadata.region or "" for id_, metadata in held.items()}

    def named(self, folded: str) -> NamedDocuments:
        """The documents that `folded` calls by short names, and the names of those that there are not."""
        for reader in (self._by_count, self._referenced, self._marked, self._before, self._english):
            found = reader(folded)
            if found.ids or found.unknown:
                return found
        return NamedDocuments()

    def goes_before(self, folded: str, start: int, end: int) -> bool:
        """Whether a law's name before a number is but the end of another's: 海洋 | 环境保护法第三条."""
        before = re.search(r"[\u4e00-\u9fff]+$", folded[:start])
        if before is None or not re.match(BEHIND, folded[end:]) or not re.search(rf"(?:{LAWS})$", folded[start:end]):
            return False
        word = self._cut(before[0])[-1]
        return len(word) > 1 and word not in _OF_ALL and word not in frame_words() and self._is_noun(word)

    def _by_count(self, folded: str) -> NamedDocuments:
        for each in _BY_COUNT.finditer(folded):
            count, run = to_int(each["count"]) or 0, each["run"]
            for start in range(len(run)):
                ids = [i for i, names in self._names.items() if any(_kept(run[start:], name) for name in names)]
                if counted := frozenset(i for i in ids if self._measures(i) == count):
                    return NamedDocuments(counted, ((each.start() + start, each.end()),))
        return NamedDocuments()

    def _referenced(self, folded: str) -> NamedDocuments:
        """A 文号 before a number that no document has: those that are held are known by it."""
        found = _REFERENCE.search(folded)
        return self._unknown(found[0], found.span()) if found else NamedDocuments()

    def _marked(self, folded: str) -> NamedDocuments:
        for each in _MARKED.finditer(folded):
            ids = self._fitting(each["run"])
            if ids:
                return NamedDocuments(frozenset(ids), ((each.start(), each.end("close")),))
            named = each["open"] in "《<" or re.search(rf"(?:{KINDS}|{LAWS})$", each["run"])
            if each["numbered"] is not None and named:
                return self._unknown(each["run"], (each.start(), each.end("close")))
        return NamedDocuments()

    def _before(self, folded: str) -> NamedDocuments:
        for each in _BEFORE.finditer(folded):
            found = self._run(each["run"], each["kind"], each.end("run"))
            if found is not None:
                return found
        return NamedDocuments()

    def _run(self, whole: str, kind: str, end: int) -> NamedDocuments | None:
        """What the words before a number name; None where they name nothing. `end` is where they end."""
        words = self._cut(whole)
        run = "".join(words[_framed(words) :])
        pointing = "".join(words[-2:]) if words[-1] == kind else words[-1]
        if run == kind or _POINTING.fullmatch(pointing.removesuffix(kind)):
            # 意见第三条: by its kind alone, if any document is of that kind.
            ids = self._of_kind(kind) if len(kind) > _SHORTEST and run == kind else ()
            return NamedDocuments(frozenset(ids), ((end - len(kind), end),)) if ids else None
        # 个保法: what looks like a word that only asks may begin a name.
        for start, name in [(0, whole), *((start, run[start:]) for start in self._beginnings(run))]:
            if ids := self._fitting(name):
                if start and self._belongs(run[:start], run, ids):
                    return self._unknown(run, (end - len(run), end))
                return NamedDocuments(frozenset(ids), ((end - len(name), end),))
        if CERTAIN.search(run) and not self._is_heading(run):
            return self._unknown(run, (end - len(run), end))
        return None

    def _english(self, folded: str) -> NamedDocuments:
        """A law by an English name that none of those held goes by."""
        found = ENGLISH_LAW.search(folded)
        if found is None:
            return NamedDocuments()
        name = "".join(found["name"].split())
        if chinese := [title for title, names in english_titles().items() if name in names]:
            return self._unknown(chinese[0], found.span("name"))
        laws = {id_: _LAW.sub("", names[0]) for id_, names in self._names.items() if _LAW.search(names[0])}
        ids = titles_for(found["name"], laws)
        return (
            NamedDocuments(frozenset(ids), (found.span("name"),))
            if ids
            else (self._unknown(found["name"].strip(), found.span("name")))
        )

    def _beginnings(self, run: str) -> Iterator[int]:
        """Where a name may begin in a run of characters: at each of its words, the first one first."""
        begun = 0
        for word in self._cut(run):
            yield begun
            begun += len(word)

    def _belongs(self, before: str, run: str, ids: Sequence[str]) -> bool:
        """Whether the words before a name belong to it: 火星劳动法 is not the 劳动法, nor one place's report another's.

        `ids` are the documents that the name would mean.
        """
        words = [word for word in self._cut(before) if word.strip()]
        if not words or words[-1] in frame_words():
            return False
        if _PLACE.search(before):
            return not any(before[-3:-1] in self._regions[id_] for id_ in ids)
        return CERTAIN.search(run) is not None and len(words[-1]) > 1

    def _fitting(self, name: str) -> list[str]:
        """The ids of the documents that `name` is short for, if it is: those with the shortest fitting title."""
        if len(name) < _SHORTEST:
            return []
        kind = re.search(rf"(?:{KINDS}|{LAWS})$", name)
        if kind is None:
            return []
        law = re.fullmatch(LAWS, kind[0]) is not None
        if name == kind[0]:
            return self._of_kind(name)
        lengths: dict[str, int] = {}
        for id_, names in self._names.items():
            fitting = [full for full in names if full.endswith(kind[0][-1]) and self._is_short(name, full, law=law)]
            if fitting:
                lengths[id_] = min(map(len, fitting))
        shortest = min(lengths.values(), default=0)
        return [id_ for id_, length in lengths.items() if length == shortest]

    def _is_short(self, name: str, full: str, *, law: bool) -> bool:
        if law:
            return name[0] == full[0] and _kept(name, full)
        words = self._cut(name)
        return len(words) > 1 and _in_order(words, full)

    def _of_kind(self, kind: str) -> list[str]:
        return [id_ for id_, names in self._names.items() if any(name.endswith(kind) for name in names)]

    def _unknown(self, name: str, span: tuple[int, int]) -> NamedDocuments:
        return NamedDocuments(unknown=(name,), spans=(span,), near=tuple(self._near(name)[:_NEAR]))

    def _near(self, name: str) -> list[str]:
        """The ids of the documents whose titles share most with a name that none bears, best first."""
        characters = set(name)
        shares = {
            id_: max((len(characters & set(full)) for full in names), default=0) for id_, names in self._names.items()
        }
        near = [id_ for id_, shared in shares.items() if shared >= max(_SHORTEST, len(characters) // 2 + 1)]
        return sorted(near, key=lambda id_: (-shares[id_], min(map(len, self._names[id_])), id_))


def _framed(words: Sequence[str]) -> int:
    """How many words at the beginning only ask: 请问一下."""
    count = 0
    while count < len(words) - 1 and (words[count] in frame_words() or words[count] in _PARTICLES):
        count += 1
    return count


def _kept(short: str, full: str) -> bool:
    """Whether the characters of `short` stand in `full` in that order."""
    rest = iter(full)
    return all(character in rest for character in short)


def _in_order(words: Sequence[str], full: str) -> bool:
    """Whether the words stand in `full` one after the other."""
    place = 0
    for word in words:
        at = full.find(word, place)
        if at < 0:
            return False
        place = at + len(word)
    return True
