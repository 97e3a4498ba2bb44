"""What is known of a document besides its text, each with the number of the line it was read from.

The head (title, the web page's line, 文号, addressee, the bracket of a law's history) and the foot (落款) are read line
by line, validity from sentences, kind and region from title and issuer. A field that nothing tells stays empty.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from corpus.model import Metadata
from ingest.bodies import BODY, bodies, seat
from ingest.dates import DATE, dates, first_date
from ingest.lines import Line, RawText, bare
from ingest.markers import head_marker
from ingest.reference import reference_of, reference_of_title
from ingest.signature import Signature, signature
from ingest.title import KINDS, Title, read_title, volume_line
from ingest.validity import Validity, validity, years_after

#: How many lines of text at the head may hold the web page's line and the 文号.
_HEAD_LINES: Final = 14
_TITLE_LIMIT: Final = 120

_BYLINE: Final = re.compile(
    r"发布者|发布时间|发布日期|发布机构|浏览次数|阅读次数|信息来源|来源[:：]|字体[:：]|^\s*时间[:：]|作者[:：]|打印本页"
)
_PUBLISHED: Final = re.compile(rf"(?:发布时间|发布日期|公开日期|时间)\s*[:：]?\s*({DATE})")
_DATED: Final = re.compile(rf"(?:成文日期|签发日期|发文日期)\s*[:：]?\s*({DATE})")
_SAID_ISSUER: Final = re.compile(r"(?:发文机关|发布机构|发文单位|制定机关|颁布单位)\s*[:：]\s*([^\s　|]{2,40})")
_SAID_REFERENCE: Final = re.compile(r"(?:发文字号|文\s*号)\s*[:：]\s*([^\s　|]{4,40}号)")
_DATE_ALONE: Final = re.compile(rf"^[（(]?\s*{DATE}\s*[）)]?$")
#: A report is of the day on which it was given: ——2024年3月5日在第十四届全国人民代表大会第二次会议上.
_GIVEN: Final = re.compile(rf"^(?:—+|[（(])?\s*{DATE}\s*在[^。，]{{4,50}}上[）)]?$")
_HISTORY: Final = re.compile(rf"{DATE}[^。]*(?:通过|公布|发布|修订|修正|批准|施行)")
_ADDRESSEE: Final = re.compile(
    r"^(?!各位)[^。；;!！?？]{2,300}(?:政府|厅|局|委|部|办|院|会|处|行|司|署|校|公司|单位|机构|部门|同志|代表|企业|中心|集团|区|市|县|省|员)"
    r"[）)]?\s*[:：]$"
)
_BY_TITLE: Final = re.compile(rf"^((?:{BODY})(?:[ 　、](?:{BODY}))*)\s*(?:关于|印发|转发|对|令|公告|通告|公报)")
_GENERAL: Final = {"工作报告": "报告", "实施细则": "细则", "管理办法": "办法", "规划纲要": "规划", "宪法": "法"}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the text proper: the title (None: there is none), the web page's lines, the 落款."""

    metadata: Metadata
    title: Title | None
    bylines: tuple[Line, ...]
    signature: Signature | None = None

    @property
    def title_lines(self) -> tuple[int, ...]:
        """The numbers of the lines that the title takes."""
        return self.title.lines if self.title else ()


class _Found:
    """Values with the line each was read from; what is found first stays."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.evidence: dict[str, int] = {}

    def note(self, name: str, value: str | None, line: int) -> None:
        if value and name not in self.values:
            self.values[name], self.evidence[name] = value, line


def read_head(raw: RawText) -> Head:
    """The metadata of `raw` and the lines they were read from; the file's name serves where there is no title."""
    written = [line for line in raw.lines if not line.blank]
    title = read_title(written, raw.known.get("title"))
    found = _Found()
    if title:
        found.note("title", title.text, title.lines[0])
        found.note("reference", reference_of_title(title.text), title.lines[0])
    if title and (volume := volume_line(written, title, raw.known.get("volume"))):
        found.note("volume", bare(volume.text), volume.number)
    taken = set(title.lines) if title else set()
    bylines = _read_lines([line for line in written[: _HEAD_LINES + len(taken)] if line.number not in taken], found)
    signed = signature(raw)
    if signed:
        # What is signed at the foot was written that day; a date under the title may be the meeting's.
        found.values.pop("dated", None)
        found.note("dated", signed.dated, signed.date_line)
    _from_title(found, signed)
    _from_sentences(raw, validity(raw.text, found.values.get("title", "")), found)
    if issuer := found.values.get("issuer"):
        region, tier = seat(issuer.split("、")[0])
        found.note("region", region, found.evidence["issuer"])
        found.note("tier", tier, found.evidence["issuer"])
    for name, value in raw.known.items():
        if name != "volume":  # Any subtitle may be there: it counts where the text has it as a volume's name.
            found.note(name, value, 0)
    found.values.setdefault("title", raw.path.stem)
    return Head(Metadata(**found.values, evidence=found.evidence), title, tuple(bylines), signed)


def _read_lines(lines: Sequence[Line], found: _Found) -> list[Line]:
    """Note what the lines of the head tell; the web page's lines among them."""
    bylines = []
    for line, after in pairwise([*_closed(lines), None]):
        assert line is not None  # only what comes after may be
        text = bare(line.text)
        if head_marker(text):
            break
        is_byline = _BYLINE.search(text) is not None and len(text) <= _TITLE_LIMIT
        if is_byline:
            bylines.append(line)
        _note_labelled(text, line.number, found)
        found.note("reference", reference_of(text, bare(after.text) if after else ""), line.number)
        _note_dates(text, line.number, found)
        if _ADDRESSEE.match(text) and "如下" not in text:
            found.note("addressee", text.rstrip("：: "), line.number)
        elif "。" in text and not is_byline and not text.startswith(("（", "(")):
            break
    return bylines


def _closed(lines: Sequence[Line]) -> list[Line]:
    """The lines, a bracket that goes on below its line (the history of a law) made one."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        text = bare(last.text) if last else ""
        if last and text.startswith(("（", "(")) and not text.endswith(("）", ")")) and len(text) <= 2 * _TITLE_LIMIT:
            joined[-1] = Line(last.number, last.start, line.end, last.text.rstrip() + line.text.strip())
        else:
            joined.append(line)
    return joined


def _note_dates(text: str, line: int, found: _Found) -> None:
    """A date under the title, or the dates of a law's history."""
    if _DATE_ALONE.match(text) or _GIVEN.match(text):
        found.note("dated", first_date(text), line)
    elif len(text) <= 2 * _TITLE_LIMIT and _HISTORY.search(text) and text[-1] in "）)过施行订正布准":
        _note_history(text, line, found)


def _note_labelled(text: str, line: int, found: _Found) -> None:
    """What a label names: 发布日期：…, 发文机关：…"""
    for name, pattern in (("published", _PUBLISHED), ("dated", _DATED)):
        if labelled := pattern.search(text):
            found.note(name, first_date(labelled[1]), line)
    for name, pattern in (("issuer", _SAID_ISSUER), ("reference", _SAID_REFERENCE)):
        if labelled := pattern.search(text):
            found.note(name, labelled[1], line)


def _note_history(text: str, line: int, found: _Found) -> None:
    """The dates of a law's history: （2001年…通过 2019年…修订 自2020年1月1日起施行）; the last of each kind counts."""
    each = list(dates(text))
    for place, date in enumerate(each):
        before = text[max(0, date.start - 2) : date.start]
        after = text[date.end : each[place + 1].start if place + 1 < len(each) else len(text)]
        if "施行" in after[:6] or (before.endswith("自") and "施行" in after):
            name = "effective"
        elif "公布" in after or "发布" in after:
            name = "published"
        else:
            name = "dated"
        found.values.pop(name, None)
        found.note(name, date.iso, line)


def _from_title(found: _Found, signed: Signature | None) -> None:
    """Kind and issuer. A document that forwards another is signed by both: the title tells whose it is."""
    title = found.values.get("title", "")
    line = found.evidence.get("title", 0)
    if kind := KINDS.search(title):
        found.note("kind", _GENERAL.get(kind[1], kind[1]), line)
    named = _BY_TITLE.match(title)
    several = bodies(named[1]) if named else []
    signers = list(signed.bodies) if signed else []
    if (
        signed
        and signers
        and not (several and not any(several[0].endswith(s) or s.endswith(several[0]) for s in signers))
    ):
        found.note("issuer", "、".join(signers), signed.body_line)
    found.note("issuer", "、".join(several), line)


def _from_sentences(raw: RawText, said: Validity, found: _Found) -> None:
    """Validity, with terms counted from the day the document holds from."""
    for name, one in (("effective", said.effective), ("expires", said.expires)):
        if one:
            found.note(name, one.value, raw.line_at(one.offset))
    begun = found.values.get("published") or found.values.get("dated")
    if said.at_once and begun:
        found.note("effective", begun, raw.line_at(said.at_once.offset))
    if said.years and (since := found.values.get("effective") or begun):
        found.note("expires", years_after(since, int(said.years.value)), raw.line_at(said.years.offset))
    if said.repeals:
        found.values["repeals"] = tuple(one.value for one in said.repeals)
        found.evidence["repeals"] = raw.line_at(said.repeals[0].offset)
