"""What a model is shown, read back out of the message: numbered blocks, their sentences, and Chinese numerals.

Only sentences that stand for themselves are given: no items of a list, nothing that begins with 但是 or 前款, nothing
that is cut.
It knows nothing of how statements are judged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Truth = Literal["right", "wrong"]

_BLOCK: Final = re.compile(r"^\[(\d{1,2})\] (.+)$", re.MULTILINE)
_MARK: Final = re.compile(
    r"^(?:第[一二三四五六七八九十百千零〇\d]{1,9}条(?:之[一二三四五六七八九十])?[\s　]*"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]\s*"
    r"|[一二三四五六七八九十]{1,3}、\s*|\d{1,2}[.．、]\s*(?!\d))"
)
_ARTICLE: Final = re.compile(r"^第[一二三四五六七八九十百千零〇\d]{1,9}条(?:之[一二三四五六七八九十])?")
_ITEM: Final = re.compile(r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}是|\d{1,2}[.．、])")
_SENTENCE: Final = re.compile(r"[^。！？]{1,400}[。！？]")
_LEANING: Final = re.compile(
    r"^(?:但|其[中他]|其(?!他)|该|前款|前两款|前项|上述|以上|对此|这|因此|同时|否则|此外|另外|并|也|还|再|具体|如|即|"
    r"[一二三四五六七八九]是|第[一二三四五]，|除此|他|她|它|我|你|您|咱|后者|前者|当时|由此|所以|可是|然而|而|"
    r"负责|属于|违者|第\d{1,3}次|会议(?:审议)?通过|依照[^，]{4,60}执行$|按照[^，]{4,60}执行$|不符合|经审|到期|期满|本条|本款|具体|对前|依照前|有前|违反前|按照前|根据前)"
)
_ODD: Final = re.compile(
    r"下列|以下(?:情|条|规|方|要|几|措|行|内|事|材|程|职|意见)|如下|[：:]|https?|[\[\]【】<>|*#_`]|\.\.\.|…|[A-Za-z]{3}|各位代表|同志们"
    r"|前款|前两款|前三款|本款|前项|[（(]\d{1,3}[）)]|[①-⑳]|＝|谢谢|[？！]|\d\s+\d|\s{2}"
)
_PAIRS: Final = ("“”", "（）", "《》", "‘’", "()", "〔〕")


@dataclass(frozen=True, slots=True)
class Shown:
    """A block as the model sees it: its number, the label behind it, the text."""

    number: int
    label: str
    text: str

    @property
    def article(self) -> str:
        """第六条, where the block is one; "" otherwise."""
        found = _ARTICLE.match(self.text)
        return found[0] if found else ""

    @property
    def title(self) -> str:
        """The document's title, as the label names it."""
        found = re.match(r"《(.{2,80}?)》", self.label)
        return found[1] if found else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences that stand for themselves, without their full stop."""
        return _sentences(self.text)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a model says with the number it cites, whether that is true of the block, and the rule that made it."""

    text: str
    cited: int
    truth: Truth
    rule: str


def blocks_in(message: str) -> tuple[tuple[Shown, ...], str]:
    """The blocks and the question of a message made by `rag.answer.prompts.evidence_message`."""
    evidence, _, rest = message.partition("\n</资料>\n<问题>\n")
    evidence = evidence.removeprefix("<资料>\n")
    question = rest.removesuffix("\n</问题>")
    heads = list(_BLOCK.finditer(evidence))
    ends = [found.start() - 1 for found in heads[1:]] + [len(evidence)]
    shown = (
        Shown(int(head[1]), head[2], evidence[head.end() + 1 : end]) for head, end in zip(heads, ends, strict=True)
    )
    return tuple(shown), question


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(_standing(text))


def _standing(text: str) -> Iterator[str]:
    listed, before = False, ""
    for number, raw in enumerate(text.split("\n")):
        line = raw.strip(" 　\t")
        # A line that was broken in the middle of a sentence: the next one begins with its rest.
        broken, before = len(before) >= 12 and before[-1] not in "。：；！？”）:;)", line or before
        if line.endswith(("：", ":")) or re.search(r"下列|如下", line):
            listed = True
        if (number and _ITEM.match(line)) or not line.endswith("。") or (listed and _ITEM.match(line)):
            continue
        for found in _SENTENCE.finditer(_MARK.sub("", line, count=1)):
            said = found[0].strip()
            if said.endswith("。") and not (broken and found.start() == 0) and _stands(said[:-1]):
                yield said[:-1]


def _stands(said: str) -> bool:
    return (
        14 <= len(said) <= 200
        and not _LEANING.match(said)
        and not _ODD.search(said)
        and re.search(r"，|应当|可以|不得|必须|要|是|为|由|负责|适用|自|达|增|实行|给予|禁止", said) is not None
        and all(said.count(opening) == said.count(closing) for opening, closing in _PAIRS)
        and not re.search(r"[，、；]$|^[”’）》\d、，；]", said)
    )


_DIGITS: Final = "零一二三四五六七八九"
ZH: Final = "[一二两三四五六七八九十百千零]{1,9}"


def to_int(written: str) -> int:
    """三百二十 → 320, 两 → 2, 15 → 15."""
    if written.isascii():
        return int(written)
    total, digit = 0, 0
    for character in written:
        if character == "两":
            digit = 2
        elif character in _DIGITS:
            digit = _DIGITS.index(character)
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
    return total + digit


def to_zh(number: int) -> str:
    """320 → 三百二十, 15 → 十五, 1005 → 一千零五; below 10,000."""
    assert 0 <= number < 10_000
    if number == 0:
        return "零"
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return said[1:] if said.startswith("一十") else said


def like(number: int, pattern: str) -> str:
    """The number in the script that `pattern` is written in."""
    return str(number) if pattern.isascii() else to_zh(number)


def once(text: str, start: int, end: int, new: str) -> str:
    """`text` with [start, end) replaced."""
    return text[:start] + new + text[end:]
