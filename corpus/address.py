"""`Address`: where in a document a part stands, as a value that prints, parses and compares.

An address is the path of numbering marks from the document down to the part, joined by "/":
二/（三）/六是 is the sixth point under (三) of 二、. The document itself is 全文.
It names a place only; whether a document has such a part is the outline's to say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Self

from corpus.numerals import NUMERAL_CHARACTERS, to_chinese, to_int


class Level(Enum):
    """The kinds of numbering in official documents, outermost first; the value is the glossary's word."""

    ANNEX = "annex"  # 附件
    SCHEDULE = "schedule"  # 附表
    APPENDIX = "appendix"  # 附录
    VOLUME = "volume"  # 编
    SUBVOLUME = "subvolume"  # 分编
    BOOK = "book"  # 篇
    SUPPLEMENT = "supplement"  # 附则 without a number, beside volumes or chapters
    CHAPTER = "chapter"  # 章
    SECTION = "section"  # 节
    DIVISION = "division"  # 第N部分
    LEVEL1 = "level1"  # 一、
    LEVEL2 = "level2"  # （一）
    ARTICLE = "article"  # 条
    PARAGRAPH = "paragraph"  # 款
    ITEM = "item"  # 项
    SUBITEM = "subitem"  # 目
    LEVEL3 = "level3"  # 1.
    LEVEL4 = "level4"  # （1）
    LEVEL5 = "level5"  # ①
    BOX = "box"  # 专栏
    POINT = "point"  # 一是
    TABLE = "table"  # 表, counted through the document
    ROW = "row"  # a table's row, the header not counted
    BYLINE = "byline"  # 题注: the web page's line of publisher and date
    CONTENTS = "contents"  # 目录
    PREAMBLE = "preamble"  # 引言
    CLOSING = "closing"  # 结语

    # Members are single objects; Enum's own hash, of the name, takes half of an address's.
    __hash__ = object.__hash__

    @property
    def rank(self) -> int:
        """The place in the order above: an outer level has the smaller rank."""
        return _RANKS[self]

    @property
    def numbered(self) -> bool:
        """Whether parts of this level are counted; a preamble is not."""
        return self not in _WORDS.values()

    @property
    def holds(self) -> bool:
        """Whether other parts may lie in parts of this level."""
        return self.numbered or self is Level.SUPPLEMENT


_RANKS: Final = {level: rank for rank, level in enumerate(Level)}
_WORDS: Final = {
    "附则": Level.SUPPLEMENT,
    "题注": Level.BYLINE,
    "目录": Level.CONTENTS,
    "引言": Level.PREAMBLE,
    "结语": Level.CLOSING,
}
#: What stands behind a document and is numbered by itself.
ANNEXED: Final = frozenset({Level.ANNEX, Level.SCHEDULE, Level.APPENDIX})
ROOT_WORD: Final = "全文"


def _circled(number: int) -> str:
    """① … ⑳; beyond, there is no such character in common fonts and the number stands in a ring of brackets."""
    return chr(0x245F + number) if 1 <= number <= 20 else f"〇{number}"


_PRINT: Final[dict[Level, Callable[[int], str]]] = {
    Level.ANNEX: lambda n: f"附件{n or ''}",
    Level.SCHEDULE: lambda n: f"附表{n or ''}",
    Level.APPENDIX: lambda n: f"附录{n or ''}",
    Level.VOLUME: lambda n: f"第{to_chinese(n)}编",
    Level.SUBVOLUME: lambda n: f"第{to_chinese(n)}分编",
    Level.BOOK: lambda n: f"第{to_chinese(n)}篇",
    Level.CHAPTER: lambda n: f"第{to_chinese(n)}章",
    Level.SECTION: lambda n: f"第{to_chinese(n)}节",
    Level.DIVISION: lambda n: f"第{to_chinese(n)}部分",
    Level.LEVEL1: to_chinese,
    Level.LEVEL2: lambda n: f"（{to_chinese(n)}）",
    Level.ARTICLE: lambda n: f"第{to_chinese(n)}条",
    Level.PARAGRAPH: lambda n: f"第{to_chinese(n)}款",
    Level.ITEM: lambda n: f"第（{to_chinese(n)}）项",
    Level.SUBITEM: lambda n: f"第{n}目",
    Level.LEVEL3: str,
    Level.LEVEL4: lambda n: f"（{n}）",
    Level.LEVEL5: _circled,
    Level.BOX: lambda n: f"专栏{n or ''}",
    Level.POINT: lambda n: f"{to_chinese(n)}是",
    Level.TABLE: lambda n: f"表{n}",
    Level.ROW: lambda n: f"第{n}行",
}

_N: Final = f"([{NUMERAL_CHARACTERS}]+)"
_CHINESE: Final = "([〇一二三四五六七八九十百千万零]+)"
_PARSE: Final[tuple[tuple[Level, re.Pattern[str]], ...]] = tuple(
    (level, re.compile(pattern))
    for level, pattern in (
        # The only one of its kind carries no number.
        (Level.ANNEX, f"附件{_N}?"),
        (Level.SCHEDULE, f"附表{_N}?"),
        (Level.APPENDIX, f"附录{_N}?"),
        (Level.VOLUME, f"第{_N}编"),
        (Level.SUBVOLUME, f"第{_N}分编"),
        (Level.BOOK, f"第{_N}篇"),
        (Level.CHAPTER, f"第{_N}章"),
        (Level.SECTION, f"第{_N}节"),
        (Level.DIVISION, f"第{_N}部分"),
        (Level.LEVEL2, rf"[（(]{_CHINESE}[）)]"),
        (Level.ARTICLE, rf"第{_N}条(?:之{_N})?"),
        (Level.PARAGRAPH, f"第{_N}款"),
        (Level.ITEM, rf"第[（(]?{_N}[）)]?项"),
        (Level.SUBITEM, f"第{_N}目"),
        (Level.LEVEL4, r"[（(](\d+)[）)]"),
        (Level.LEVEL5, r"([①-⑳]|〇\d+)"),
        (Level.BOX, f"专栏{_N}?"),
        (Level.TABLE, f"表{_N}"),
        (Level.ROW, f"第{_N}行"),
        (Level.POINT, rf"{_CHINESE}[是要]"),
        (Level.LEVEL3, r"(\d+)[.、．]?"),
        (Level.LEVEL1, f"{_CHINESE}、?"),
    )
)
_OCCURRENCE: Final = re.compile(r"^(.*?)(?:\[(\d+)\])?$")


@dataclass(frozen=True, slots=True)
class Step:
    """One mark of the path: its level, its number, the number after 之 (第X条之一), and which of equals it is."""

    level: Level
    number: int = 0
    sub: int = 0
    occurrence: int = 1

    def __str__(self) -> str:
        if not self.level.numbered:
            printed = next(word for word, level in _WORDS.items() if level is self.level)
        else:
            printed = _PRINT[self.level](self.number)
        if self.sub:
            printed += f"之{to_chinese(self.sub)}"
        return printed + (f"[{self.occurrence}]" if self.occurrence > 1 else "")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The step that `text` prints; ValueError where it prints none."""
        matched = _OCCURRENCE.match(text.strip())
        assert matched is not None  # the pattern takes any line
        body, occurrence = matched[1], int(matched[2] or 1)
        if body in _WORDS:
            return cls(_WORDS[body], occurrence=occurrence)
        for level, pattern in _PARSE:
            if found := pattern.fullmatch(body):
                written = found[1] or "0"
                number = to_int(written.removeprefix("〇") if level is Level.LEVEL5 else written)
                sub = to_int(found[2]) if level is Level.ARTICLE and found[2] else 0
                if number is not None and sub is not None:
                    return cls(level, number, sub, occurrence)
        raise ValueError(f"“{text}” is no step of an address")

    def label(self) -> str:
        """The mark as a civil servant cites it: 二、 (三) 第六项."""
        if self.level is Level.LEVEL1:
            return f"{to_chinese(self.number)}、"
        if self.level is Level.POINT:
            return f"第{to_chinese(self.number)}项"
        if self.level is Level.LEVEL3:
            return f"第{self.number}点"
        return str(Step(self.level, self.number, self.sub))

    def _key(self) -> tuple[int, int, int, int]:
        return (self.level.rank, self.number, self.sub, self.occurrence)

    def __lt__(self, other: "Step") -> bool:
        return self._key() < other._key()


@dataclass(frozen=True, slots=True)
class Address:
    """A path of steps; the empty path is the document itself. `Address.parse(str(a)) == a` always."""

    steps: tuple[Step, ...] = ()
    #: Worked out once: a search puts hundreds of addresses into tables.
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self.steps))

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type["Address"], tuple[tuple[Step, ...]]]:
        # Hashes of levels differ between processes.
        return Address, (self.steps,)

    def __str__(self) -> str:
        return "/".join(map(str, self.steps)) or ROOT_WORD

    @classmethod
    def parse(cls, text: str) -> Self:
        """The address that `text` prints; ValueError names the step that cannot be read."""
        text = text.strip()
        if text in ("", ROOT_WORD):
            return cls()
        return cls(tuple(Step.parse(step) for step in text.split("/")))

    @property
    def parent(self) -> "Address":
        """The address one step up; the document's own is its own parent."""
        return Address(self.steps[:-1])

    @property
    def level(self) -> Level | None:
        """The level of the last step; None for the document itself."""
        return self.steps[-1].level if self.steps else None

    @property
    def number(self) -> int:
        """The number of the last step; 0 where it is not counted."""
        return self.steps[-1].number if self.steps else 0

    @property
    def depth(self) -> int:
        """How many steps lie between the document and the part."""
        return len(self.steps)

    def child(self, step: Step) -> "Address":
        """The address one step down."""
        return Address((*self.steps, step))

    def contains(self, other: "Address") -> bool:
        """Whether `other` is this part or lies inside it."""
        return other.steps[: len(self.steps)] == self.steps

    def from_article(self) -> "Address":
        """The path without the chapters above an article (条), which run on through a law; an annex (附件) stays."""
        levels = [step.level for step in self.steps]
        if Level.ARTICLE not in levels:
            return self
        begins = levels.index(Level.ARTICLE)
        return Address((*(step for step in self.steps[:begins] if step.level in ANNEXED), *self.steps[begins:]))

    def label(self, title: str = "") -> str:
        """How a civil servant writes it: 《title》二、（三）第六项."""
        marks = "".join(step.label() for step in self.steps)
        # A citation that ends at a level-1 heading is written 第二部分, not a bare “二、”.
        if self.steps and self.steps[-1].level is Level.LEVEL1:
            marks = marks[: -len(self.steps[-1].label())] + f"第{to_chinese(self.number)}部分"
        # 书名号 inside 书名号 are single, as GB/T 15834 prescribes.
        quoted = title.replace("《", "〈").replace("》", "〉")
        return (f"《{quoted}》" if title else "") + marks

    def __lt__(self, other: "Address") -> bool:
        return self.steps < other.steps
