"""Whether a rewrite of a follow-up keeps what the question is about: numbers, dates, places, bodies, names.

A language model that makes a follow-up stand alone may drop a number or bring in a place that nobody spoke of; the
answer is then one to another question. What the question names must still be in the rewrite, and what the rewrite names
must be in the question or in the turns before. It neither rewrites nor judges what else a rewrite says, and needs no
model. In doubt it says no: the question is then read by `rag.session`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from corpus.analyzer import Analyzer, Word
from corpus.lexicon import frame_words, places
from corpus.normalize import fold
from corpus.numerals import english_to_int
from rag.english import STOP_WORDS
from rag.name_forms import CERTAIN, KINDS, LAWS, dense
from rag.types import Turn

_NUMBERS: Final = frozenset({"ordinal", "date", "amount", "reference"})
#: 第一份文件, 这两个, 前一条: they count among what was said before, and a rewrite says instead which is meant.
_POINTING: Final = re.compile(
    r"第[一二两三四五六七八九十\d]{1,2}(?:个|份|部|篇|项)?(?=文件|条例|办法|规定|意见|通知|方案|政策|法|文|材料)|[这那前后上下][一二两三四五六七八九十\d]{1,2}(?:个|份|部|篇|项|条|点|者|种|款)"
    r"|(?:[那这该此本][部份个篇项]?|刚才|前面|之前)[\u4e00-\u9fff]{0,4}?(?:条例|办法|规定|意见|通知|方案|法律|法)(?=[里中的,，对]|$)"
    r"|[上下前后]一?[条款项个点章节]|一[个家位名种些条项所张套户点]|二者|两者"
)
#: Nouns that begin with 百分之 are amounts in words.
_PERCENT: Final = re.compile(r"百分之(?P<n>[〇零一二两三四五六七八九十百点\d.]{1,8})")
_QUOTED: Final = re.compile(r'《(?P<title>[^《》]{2,80})》|"(?P<name>[^"]{2,40})"')
_BODY: Final = re.compile(
    r"(?:[部厅局委署院所处科股]|总局|委员会|人民政府|政府|办公[厅室]|银行|法院|检察院|大学|学院|学校|医院|公司|协会|学会|商会"
    r"|联合会|基金会|中心|集团|领导小组|指挥部|街道办事处|居委会|村委会|机关)$"
)
#: Words that end like bodies and are none.
_NO_BODY: Final = re.compile(
    r"(?:全|内|外|局|大|中|东|西|南|北|顶|底|头|上|下)部$|部分|场所|住所|处所|各处|到处|之处|何处|理科|学科|医院费|原委|政委|当局|格局|布局|结局|全局|大局|委托|所$(?<!研究所)(?<!派出所)(?<!事务所)(?<!交易所)(?<!看守所)|处$(?<!事处)(?<!管理处)(?<!办事处)(?<!秘书处)"
)
_PLACE: Final = re.compile(r"[省市区县州盟旗镇乡村]$")
_LINKS: Final = re.compile(r"(?:会同|联合|协同|应当?|可以|[中里在由经报向和与及对把请让归])+$")
#: Before the name of a body these are no part of it.
_JOINING: Final = frozenset(
    "会同 联合 协同 经 由 报 向 和 与 及 或 以及 请问 请 应当 应 可 应由 当地 所在地 有关 相关 各级".split()
)
_NOUNS: Final = ("n", "l", "j", "vn", "b", "")
_KIND: Final = re.compile(rf"(?:{KINDS}|{LAWS})$")
#: Words that end like laws and are none: 办法 is a way, 做法 another.
_NO_NAME: Final = re.compile(
    r"(?:做|说|看|想|方|手|用|写|提|违|非|合|依|执|司|立|守|普|犯|不|无|没|有|何|设|魔|书|语|疗|算)法$"
)
_CAPITAL: Final = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]+(?:[ -][A-Z][A-Za-z]+){0,5}")
_ENGLISH_COUNT: Final = re.compile(
    r"\b(?P<unit>articles?|sections?|chapters?|items?|paragraphs?|parts?)\s+(?P<n>[a-z]{3,12})\b"
)


@dataclass(frozen=True, slots=True)
class Entities:
    """What a text names, folded: numbers and dates in one spelling, places, bodies, quoted names, documents."""

    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    bodies: frozenset[tuple[str, ...]] = frozenset()
    names: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    capitals: frozenset[str] = frozenset()


def entities(text: str, analyzer: Analyzer) -> Entities:
    """What `text` names. What only points at something said before (第一份文件, 这两个) names nothing."""
    folded = fold(text)
    bare = _POINTING.sub(lambda found: "，" * len(found[0]), folded)
    words = analyzer.words(bare, folded=True)
    quoted = [found["title"] or found["name"] for found in _QUOTED.finditer(folded)]
    titles = [found["title"] for found in _QUOTED.finditer(folded) if found["title"]]
    return Entities(
        frozenset(_numbers(bare, words)),
        frozenset(_places(words, analyzer)),
        frozenset(_bodies(words, analyzer)),
        frozenset(map(dense, quoted)),
        frozenset(map(dense, (*titles, *_documents(words, analyzer)))),
        frozenset(_capitals(text)),
    )


def _numbers(folded: str, words: Sequence[Word]) -> Iterator[str]:
    for found in _PERCENT.finditer(folded):
        yield found[0]
    for found in _ENGLISH_COUNT.finditer(folded):
        if number := english_to_int(found["n"]):
            yield str(number)
    for word in words:
        if word.kind in _NUMBERS:
            yield word.text


def _places(words: Sequence[Word], analyzer: Analyzer) -> Iterator[str]:
    for word in words:
        named = word.text in places() or analyzer.tag(word.text) == "ns"
        if named and len(word.text) > 1 and word.text not in frame_words():
            yield word.text


def _bodies(words: Sequence[Word], analyzer: Analyzer) -> Iterator[tuple[str, ...]]:
    """The words of each body, those before it that may belong to it included."""
    for run in _runs(words, analyzer):
        for place, word in enumerate(run):
            if (
                _BODY.search(word.text)
                and len("".join(w.text for w in run[: place + 1])) > 2
                and not _NO_BODY.search(word.text)
            ):
                yield tuple(each.text for each in run[: place + 1])


def _documents(words: Sequence[Word], analyzer: Analyzer) -> Iterator[str]:
    """Names of documents without 《》: a run of nouns that ends in a kind, and is more than the kind."""
    for run in _runs(words, analyzer):
        for place, word in enumerate(run):
            name = "".join(each.text for each in run[: place + 1])
            kind = _KIND.search(name)
            certain = CERTAIN.search(name) and not _NO_NAME.search(name)
            if kind and certain and kind.start() > 1 and word.text not in ("办法",) * (place == 0):
                yield name


def _runs(words: Sequence[Word], analyzer: Analyzer) -> Iterator[list[Word]]:
    """Runs of nouns that stand side by side."""
    run: list[Word] = []
    for before, word in pairwise([None, *words]):
        assert word is not None  # only the first is
        tag = analyzer.tag(word.text)
        noun = word.kind == "word" and any(tag == known or (known and tag.startswith(known)) for known in _NOUNS)
        if run and (not noun or before is None or before.end != word.start):
            yield run
            run = []
        if noun and word.text not in _JOINING:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _capitals(text: str) -> Iterator[str]:
    """English names: words with a capital, the first word of a sentence left out."""
    for found in _CAPITAL.finditer(text):
        first = not text[: found.start()].rstrip() or text[: found.start()].rstrip()[-1] in ".?!:"
        words = found[0].split(" ")
        kept = words[1:] if first and not found[0].isupper() else words
        name = " ".join(kept).lower()
        if name and name not in STOP_WORDS:
            yield name


def keeps_entities(original: str, rewrite: str, turns: Sequence[Turn], analyzer: Analyzer, *more: str) -> bool:
    """Whether `rewrite` names everything that `original` names, and nothing that neither it nor `turns` name.

    Of the turns count the questions as typed and in full, and the labels and quotes of their answers; `more` are
    further texts that a rewrite may draw on (the titles of the documents in use). A rewrite without a word keeps
    nothing.
    """
    if not rewrite.strip():
        return False
    asked, said = entities(original, analyzer), entities(rewrite, analyzer)
    sources = [original, *more]
    for turn in turns:
        sources += [turn.standalone, turn.question, *turn.labels, *turn.quotes]
    return _keeps(asked, said, rewrite) and _adds_nothing(said, sources, analyzer)


def _keeps(asked: Entities, said: Entities, rewrite: str) -> bool:
    text = dense(rewrite)
    return (
        asked.numbers <= said.numbers
        and all(_holds_place(text, place) for place in asked.places)
        and all(_core(body) in text for body in asked.bodies)
        and all(name in text for name in asked.names - asked.documents)
        and all(name in text or any(_short_of(name, full) for full in said.documents) for name in asked.documents)
        and all(name in fold(rewrite) for name in asked.capitals)
    )


def _adds_nothing(said: Entities, sources: Sequence[str], analyzer: Analyzer) -> bool:
    known = dense("\n".join(sources))
    folded = fold("\n".join(sources))
    every = [entities(source, analyzer) for source in sources]
    numbers = {number for each in every for number in each.numbers}
    return (
        all(_known_number(number, numbers) for number in said.numbers)
        and all(_holds_place(known, place) for place in said.places)
        and all(_known_body(body, known) for body in said.bodies)
        and all(name in known for name in said.names | said.documents)
        and all(name in folded for name in said.capitals)
    )


def _known_number(number: str, known: set[str]) -> bool:
    """Whether a number was said, or is a part of a date that was (2024年 of 2024年8月20日)."""
    if number in known:
        return True
    date = re.fullmatch(r"(\d{4}年)(\d{1,2}月(?:\d{1,2}日)?)", number)
    pieces = {piece for each in known for piece in _pieces(each)}
    return number in pieces or (date is not None and {date[1], date[2]} <= pieces)


def _pieces(number: str) -> Iterator[str]:
    yield number
    if date := re.fullmatch(r"(\d{4}年)(?:(\d{1,2}月)(\d{1,2}日)?)?", number):
        yield date[1]
        if date[2]:
            yield date[2] + (date[3] or "")
            yield date[1] + date[2]


def _holds_place(text: str, place: str) -> bool:
    """Whether a place is named, by any of its names of more than one character."""
    return any(len(name) > 1 and name in text for name in (place, *places().get(place, ())))


def _core(body: Sequence[str]) -> str:
    """What a body is called at the least: its last word, with the one before where that alone is no name."""
    return body[-1] if len(body[-1]) > 2 else "".join(body[-2:])


def _known_body(body: Sequence[str], known: str) -> bool:
    """Whether a body was named. What stands before its name and is no part of it was said as well, or only joins.

    By characters, as a wrong cut (救助 | 中市 | 财政局) would hide the name.
    """
    name, least = "".join(body), len(_core(body))
    begin = next((at for at in range(len(name) - least + 1) if name[at:] in known), None)
    if begin is None:
        return False
    before = _LINKS.sub("", name[:begin])
    return not before or (not _PLACE.search(before) and before[-2:] in known)


def _short_of(name: str, full: str) -> bool:
    """Whether `name` is `full` with characters left out: 消保法 of 消费者权益保护法."""
    rest = iter(full)
    return all(character in rest for character in name)
