"""The word lists that ship, read once from `corpus/data/`: plain text, a line an entry, # for remarks.

`policy_words.txt` and `policy_matters.txt` are words that jieba would cut apart, the latter names of matters;
`synonyms.txt` has a group a line, and so has `equivalents.txt`, of words that say the very same;
`places.txt` the names of provinces and prefectures with their short forms,
`place_groups.txt` words for several of them;
`frame_words.txt` the words that ask rather than tell; `attribute_words.txt` those that name no subject alone;
`contrasts.txt` things of which one stands where another could, a kind a line;
`english_terms.txt` English policy terms in Chinese;
`document_names.txt` other names of documents; `english_titles.txt` English names of laws; `english_questions.txt`
English questions about anything.
Users extend a list by adding lines here, or to a file of the same name in a folder of their own that CEWEN_WORDS names.
What a word means in a question is not decided here.
"""

import os
from functools import cache
from pathlib import Path

from corpus.errors import InputError

_DATA = Path(__file__).parent / "data"


def _lines(name: str) -> list[str]:
    """The entries of a list, those of the user's own folder behind them; InputError where that cannot be read."""
    text = (_DATA / name).read_text(encoding="utf-8")
    if named := os.environ.get("CEWEN_WORDS"):
        text += "\n" + _own(Path(named), name)
    return [line for raw in text.splitlines() if (line := raw.split("#", 1)[0].strip())]


def _pairs(name: str) -> list[tuple[str, str]]:
    """The entries of a list of the form A = B."""
    pairs = []
    for line in _lines(name):
        one, equals, other = line.partition("=")
        if not (equals and one.strip() and other.strip()):
            raise InputError(f"词表 {name} 里的“{line}”不是“甲 = 乙”的形式；请改正这一行。")
        pairs.append((one.strip(), other.strip()))
    return pairs


def _own(folder: Path, name: str) -> str:
    if not folder.is_dir():
        raise InputError(f"CEWEN_WORDS 指的文件夹 {folder} 不存在；请改正，或取消这个环境变量。")
    unknown = sorted(file.name for file in folder.glob("*.txt") if not (_DATA / file.name).is_file())
    if unknown:
        known = "、".join(sorted(file.name for file in _DATA.glob("*.txt")))
        raise InputError(f"CEWEN_WORDS 里的 {unknown[0]} 不是词表；词表叫：{known}。")
    try:
        return (folder / name).read_text(encoding="utf-8-sig") if (folder / name).is_file() else ""
    except UnicodeDecodeError as exc:
        raise InputError(f"词表 {folder / name} 不是 UTF-8 编码；请另存为 UTF-8。") from exc


@cache
def policy_words() -> tuple[str, ...]:
    """Words to keep whole."""
    return tuple(word for line in _lines("policy_words.txt") for word in line.split()) + tuple(policy_matters())


@cache
def policy_matters() -> dict[str, None]:
    """Those among them that name a matter of its own, in order: 城市更新, 低空经济."""
    return dict.fromkeys(word for line in _lines("policy_matters.txt") for word in line.split())


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """For each word of a group the others of it."""
    groups = [line.split() for line in _lines("synonyms.txt")]
    table: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for word in group:
            others = tuple(other for other in group if other != word)
            table[word] = tuple(dict.fromkeys((*table.get(word, ()), *others)))
    return table


@cache
def equivalents() -> tuple[tuple[str, ...], ...]:
    """Groups of words that say the same in an official text."""
    return tuple(tuple(line.split()) for line in _lines("equivalents.txt"))


@cache
def places() -> dict[str, tuple[str, ...]]:
    """For each name of a province or prefecture, every way it is written: 安徽 → 安徽, 安徽省, 皖."""
    table: dict[str, tuple[str, ...]] = {}
    for line in _lines("places.txt"):
        names = tuple(line.split())
        table.update(dict.fromkeys((name for name in names if len(name) > 1), names))
    return table


def places_in(folded: str) -> list[tuple[int, int]]:
    """[start, end) of every place that a folded text names, those inside longer names as well.

    Looked up by their length, as an expression of thousands of names takes long.
    """
    stretches = ((at, at + n) for at in range(len(folded)) for n in _place_lengths() if at + n <= len(folded))
    return [(start, end) for start, end in stretches if folded[start:end] in places()]


@cache
def _place_lengths() -> tuple[int, ...]:
    return tuple(sorted({len(name) for name in places()}))


@cache
def place_groups() -> dict[str, tuple[str, ...]]:
    """For each place the words that name it together with others: 江苏 → 沪苏浙."""
    table: dict[str, tuple[str, ...]] = {}
    for group, members in _pairs("place_groups.txt"):
        for member in members.split():
            table[member] = (*table.get(member, ()), group)
    return table


@cache
def frame_words() -> frozenset[str]:
    """Words that ask or frame, and say nothing of the subject: 什么, 规定, 文件."""
    return frozenset(word for line in _lines("frame_words.txt") for word in line.split())


@cache
def attribute_words() -> frozenset[str]:
    """Words that name no subject alone, as they are always those of something: 条件, 期限, 处罚."""
    return frozenset(word for line in _lines("attribute_words.txt") for word in line.split())


@cache
def contrasts() -> tuple[tuple[str, ...], ...]:
    """Things of which one is said where another of them could be, the longer names of each kind first."""
    return tuple(tuple(sorted(line.split(), key=len, reverse=True)) for line in _lines("contrasts.txt"))


@cache
def english_terms() -> dict[str, tuple[str, ...]]:
    """English policy terms, and the Chinese words for each, most likely first."""
    return {english: tuple(chinese.split()) for english, chinese in _pairs("english_terms.txt")}


@cache
def document_names() -> tuple[tuple[str, str], ...]:
    """Other names that documents go by, each with the words that their titles hold."""
    return tuple(_pairs("document_names.txt"))


@cache
def english_questions() -> tuple[str, ...]:
    """Questions in English about anything."""
    return tuple(_lines("english_questions.txt"))


@cache
def english_titles() -> dict[str, tuple[str, ...]]:
    """The Chinese name of a law, and its English ones as they look in a folded question without blanks."""
    return {
        chinese: tuple("".join(name.lower().split()) for name in english.split(";"))
        for chinese, english in _pairs("english_titles.txt")
    }
