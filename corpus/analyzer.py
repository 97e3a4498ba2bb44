"""Text to index terms, the same way for a document and for a question.

jieba cuts the words, with a dictionary instance of our own; what must stay whole (document numbers, 第N条, dates,
amounts, Latin words) is found before it by one expression, with Chinese numbers written as digits, so that 七十条 and
70条 are one term. It does not decide which terms matter: that is `rag`.
"""

import logging
import marshal
import mmap
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Final

import jieba

from corpus.bundled import cache_root
from corpus.lexicon import policy_words
from corpus.normalize import fold
from corpus.numerals import to_int

jieba.setLogLevel(logging.WARNING)

#: Raised when the terms of a text change, so that an index made with other terms is rebuilt.
FINGERPRINT: Final = "jieba-0.42.1/5"

_CHINESE_NUMBER: Final = "[〇零一二两三四五六七八九十百千万]"
_COUNTERS: Final = "个百分点|部分|方面|周年|[条项个名户亩元人家所年月日次届批章节款点倍种类张处座公里吨期岁级]"
_ATOM: Final = re.compile(
    rf"""
      (?P<reference>[\u4e00-\u9fff]{{1,8}}[\[(]\d{{4}}[\])]第?\d+号)
    | (?P<ordinal>第(?:\d+|{_CHINESE_NUMBER}+)(?:部分|阶段|次|届|[条款项目章节编批点个轮期]))
    | (?P<date>\d{{4}}年(?:\d{{1,2}}月(?:\d{{1,2}}[日号])?)?|\d{{1,2}}月\d{{1,2}}[日号]|\d{{4}}-\d{{2}}-\d{{2}})
    | (?P<amount>\d+(?:[.,]\d+)*(?:%|‰|万亿|[亿万千百])?(?:{_COUNTERS})?)
    | (?P<spelled>{_CHINESE_NUMBER}+(?:{_COUNTERS}))
    | (?P<latin>[a-z][a-z0-9]*(?:[-'][a-z0-9]+)*)
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a folded text with its place, and `kind`: word, or the kind of atom that it is."""

    text: str
    start: int
    end: int
    kind: str


class Analyzer:
    """Cuts text into words and terms. Loading the dictionary takes about 1 s the first time, 0.3 s from its cache."""

    def words(self, text: str, *, folded: bool = False) -> list[Word]:
        """The words of `text` in order, atoms whole, punctuation dropped; places count in the folded text."""
        return list(self._words(text if folded else fold(text)))

    def pieces(self, text: str) -> list[str]:
        """`text` cut into its words as they stand, punctuation and blanks among them: joined, they are the text."""
        return list(self._jieba.cut(text))

    def terms(self, text: str) -> list[str]:
        """The index terms of `text`: its words, the shorter words inside long ones, and the number of an amount."""
        return self.terms_of(self.words(text))

    def terms_of(self, words: Iterable[Word]) -> list[str]:
        """The index terms of a text that has been cut already."""
        terms: list[str] = []
        for word in words:
            if word.kind == "word":
                terms.extend(self._inner(word.text))
            terms.append(word.text)
            if word.kind in ("amount", "date", "reference"):
                terms.extend(_loose(word.text))
        return terms

    def pairs(self, text: str) -> list[str]:
        """Every two characters of `text` that stand side by side in a word or number, Latin ones left out.

        What jieba cuts one way in a question and another way in a text has its pairs in common all the same.
        """
        folded = fold(text)
        both = (folded[place : place + 2] for place in range(len(folded) - 1))
        return [pair for pair in both if pair.isalnum() and not pair.isascii()]

    def tag(self, word: str) -> str:
        """The part of speech that jieba's dictionary gives: ns place, nr person, nt body, n noun, v verb; else ""."""
        return _tag(word)

    def commonness(self, word: str) -> int:
        """How often jieba's dictionary counted the word in general texts; 0 for one that it lacks."""
        return int(self._jieba.FREQ.get(word) or 0)

    def vocabulary(self) -> dict[str, int]:
        """The words of jieba's dictionary and of ours, each with how often general texts have it."""
        return {word: count for word, count in self._jieba.FREQ.items() if count}

    def _words(self, text: str) -> Iterator[Word]:
        end = 0
        for atom in _ATOM.finditer(text):
            yield from self._cut(text, end, atom.start())
            kind = atom.lastgroup or "word"
            yield Word(_one_form(atom[0], kind), atom.start(), atom.end(), "amount" if kind == "spelled" else kind)
            end = atom.end()
        yield from self._cut(text, end, len(text))

    def _cut(self, text: str, start: int, end: int) -> Iterator[Word]:
        if start >= end:
            return
        for word, left, right in self._jieba.tokenize(text[start:end]):
            if _WORD.search(word):
                yield Word(word, start + left, start + right, "word")

    def _inner(self, word: str) -> list[str]:
        """The dictionary words of two and three characters inside a longer one, as jieba's search mode gives them."""
        inner: list[str] = []
        for size in (2, 3):
            if len(word) > size:
                grams = (word[i : i + size] for i in range(len(word) - size + 1))
                inner.extend(gram for gram in grams if self._jieba.FREQ.get(gram))
        return inner

    @cached_property
    def _jieba(self) -> jieba.Tokenizer:
        tokenizer = jieba.Tokenizer()
        # jieba keeps its dictionary as a marshalled file in the shared temporary folder; ours is private to the user.
        folder = cache_root()
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.tmp_dir = str(folder)
        _load(tokenizer, folder / "jieba.cache")
        for word in policy_words():
            tokenizer.add_word(word)
        return tokenizer


def _load(tokenizer: jieba.Tokenizer, cache: Path) -> None:
    """Initialize from jieba's own cache, read at one go: jieba reads it piecemeal, which takes four times as long."""
    try:
        # Marshalled numbers and strings in the user's own folder; unlike a pickle they run nothing.
        tokenizer.FREQ, tokenizer.total = marshal.loads(cache.read_bytes())  # noqa: S302
        tokenizer.initialized = True
    except (OSError, ValueError, EOFError, TypeError):
        # No cache yet, or a damaged one: jieba makes it anew.
        tokenizer.initialize()


def _one_form(atom: str, kind: str) -> str:
    """第七条 → 第7条, 七十条 → 70条, 8月20号 → 8月20日."""
    if kind == "date":
        return atom.replace("号", "日")
    if kind not in ("ordinal", "spelled"):
        return atom
    return re.sub(f"{_CHINESE_NUMBER}+", lambda found: str(to_int(found[0])), atom, count=1)


def _loose(atom: str) -> list[str]:
    """The parts of a date or amount under which it should be found as well: 2024年8月20日 → 2024年, 8月20日."""
    if date := re.fullmatch(r"(\d{4}年)(\d{1,2}月\d{1,2}日)", atom):
        return [date[1], date[2]]
    if "[" in atom or "(" in atom:
        # Where the body's short name begins inside a sentence (见皖政…) no expression can tell.
        return [re.sub(r"^[^\[(]*", "", atom)]
    number = re.match(r"\d+(?:\.\d+)?", atom)
    return [number[0]] if number and number[0] != atom else []


@lru_cache(maxsize=20_000)
def _tag(word: str) -> str:
    tags, wanted = _tags(), word.encode() + b" "
    # The lines are in the order of their bytes: look in the middle, and again in the half that can have the word.
    low, high = 0, len(tags)
    while low < high:
        middle = tags.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = tags.find(b"\n", middle)
        line = tags[middle:end]
        if line.startswith(wanted):
            return line[len(wanted) :].decode()
        if line < wanted:
            low = end + 1
        else:
            high = middle
    return ""


@cache
def _tags() -> mmap.mmap:
    """The words of jieba's dictionary with their tags, a line each, sorted by bytes; made once and mapped.

    Loading jieba.posseg for the same would take 0.7 s at every start.
    """
    file = cache_root() / f"jieba-{jieba.__version__}.tags"
    if not file.is_file():
        dictionary = (Path(jieba.__file__).parent / "dict.txt").read_bytes().splitlines()
        rows = (line.split(b" ") for line in dictionary)
        lines = sorted(row[0] + b" " + row[2] + b"\n" for row in rows if len(row) == 3)
        file.parent.mkdir(parents=True, exist_ok=True)
        work = file.with_suffix(f".{os.getpid()}")
        work.write_bytes(b"".join(lines))
        work.replace(file)
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
