"""The title of a document: which lines it takes, below the 版头 (份号, 密级, 红头, 文号) where there is one.

A title may be broken over several lines; it goes on until it ends in the name of a kind of document.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingest.bodies import bodies
from ingest.dates import DATE
from ingest.lines import Line, bare
from ingest.markers import head_marker
from ingest.reference import reference_of

_LIMIT: Final = 120
#: A title takes at most so many lines, each of at most so many characters.
_MOST_LINES, _LINE_LIMIT = 5, 45
#: So many lines of a 版头 may stand above the title.
_ABOVE: Final = 12
_ENDS_SENTENCE: Final = ("。", "；", ";", "，", ",", "：", ":")
_ABOVE_TITLE: Final = re.compile(
    r"^(?:\d{6}|(?:绝密|机密|秘密)(?:[★☆].{0,8})?|特急|特提|加急|平急|急件|签\s*发\s*人\s*[:：].*|.{2,40}(?:文件|便函|公报)|"
    r"(?:索\s*引\s*号|主题分类|发文机关|发文字号|文\s*号|成文日期|发布日期|发文日期|信息类别|有\s*效\s*性|名\s*称|公文种类|主\s*题\s*词)\s*[:：].*|"
    r"(?:您?当前(?:所在)?(?:的)?位置|首页).*|〔[^〔〕]*〕.*号)$"
)
#: The kinds of documents (文种) and of texts about them, as titles end in them.
KINDS: Final = re.compile(
    r"(解读|工作报告|实施细则|管理办法|条例|办法|规定|细则|规则|章程|决定|决议|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|"
    r"批复|议案|复函|函|答复|纪要|规划纲要|纲要|规划|计划|方案|指南|要点|建议|标准|规范|目录|宪法|法典|法)"
    r"(?:[（(〔][^（）()]*[）)〕]|全文|\s|》|(?<=\s)\S*(?:\d{4}年?|号))*$"
)
CONTENTS: Final = re.compile(r"^[\s　]*目[\s　]*[录次][\s　]*$")
_DATED: Final = re.compile(rf"^[（(]?\s*{DATE}")
_VOLUME: Final = re.compile(r"总则|分则|附则|[\u4e00-\u9fff]{2,8}编")


@dataclass(frozen=True, slots=True)
class Title:
    """The title as one line of text, the offsets it takes in the document, and the numbers of its lines."""

    text: str
    start: int
    end: int
    lines: tuple[int, ...]


def read_title(written: Sequence[Line], known: str | None = None) -> Title | None:
    """The title among the lines that have anything on them; `known` is what the file itself says it is."""
    if known and (found := _known(written[: 2 * _ABOVE], known)):
        return found
    place = 0
    while place < min(_ABOVE, len(written) - 1) and _above_title(written, place):
        place += 1
    if place >= len(written) or not _is_title(written[place].text):
        place = 0
        if not written or not _is_title(written[0].text):
            return None
    if whole := _cut_short(written[place : place + 2]):
        return whole
    return _title(written[place : place + _extent(written[place : place + _MOST_LINES])])


def volume_line(written: Sequence[Line], title: Title, known: str | None) -> Line | None:
    """The line that names the volume of a code (编), where the document is one volume alone.

    It stands without a number between the title and the history of the law, or the file itself says so.
    """
    behind = [line for line in written[: 2 * _ABOVE] if line.number > max(title.lines)][:2]
    if not behind or not _VOLUME.fullmatch(bare(behind[0].text)):
        return None
    dated = len(behind) > 1 and _DATED.match(bare(behind[1].text)) is not None
    return behind[0] if dated or known == bare(behind[0].text) else None


def _cut_short(lines: Sequence[Line]) -> Title | None:
    """The title of a web page, cut short with …, is given whole on the next line."""
    if len(lines) < 2:
        return None
    stem = bare(lines[0].text).rstrip(".…")
    whole = bare(lines[1].text)
    if stem == bare(lines[0].text) or not whole.startswith(stem) or len(whole) > _LIMIT:
        return None
    return Title(whole, lines[0].start, lines[1].end, (lines[0].number, lines[1].number))


def _title(lines: Sequence[Line]) -> Title:
    text = "".join(bare(line.text) for line in lines)
    return Title(text, lines[0].start, lines[-1].end, tuple(line.number for line in lines))


def _known(written: Sequence[Line], known: str) -> Title | None:
    """Where the title that the file names stands in its text."""
    wanted = "".join(known.split())
    for place in range(len(written)):
        for count in range(1, _MOST_LINES + 1):
            joined = "".join("".join(bare(line.text).split()) for line in written[place : place + count])
            if joined == wanted:
                return _title(written[place : place + count])
            if not wanted.startswith(joined):
                break
    return None


def _above_title(written: Sequence[Line], place: int) -> bool:
    text, after, behind = ("".join(line.text.split()) for line in [*written[place : place + 3], written[-1]][:3])
    if _ABOVE_TITLE.match(text) or reference_of(text, after) == text:
        return True
    # A 红头 without 文件: the body's name alone, and the 文号 below it.
    return bodies(text) == [text] and reference_of(after, behind) == after


def _extent(lines: Sequence[Line]) -> int:
    """How many of `lines` the title takes: one, or as many as it needs to end in a kind of document."""
    joined = ""
    for count, line in enumerate(lines, 1):
        text = bare(line.text)
        if count > 1 and (line.number != lines[count - 2].number + 1 or not _may_go_on(text)):
            break
        joined += text
        if len(text) > _LINE_LIMIT:
            break
        if KINDS.search(joined):
            return count
    return 1


def _may_go_on(text: str) -> bool:
    return (
        _is_title(text)
        and not text.startswith(("（", "("))
        and not _DATED.match(text)
        and not CONTENTS.match(text)
        and not bodies(text)
        and not reference_of(text, "")
    )


def _is_title(line: str) -> bool:
    text = bare(line)
    return 0 < len(text) <= _LIMIT and not text.endswith(_ENDS_SENTENCE) and head_marker(text) is None
