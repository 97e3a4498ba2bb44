"""落款: the bodies that sign a document and the date under them, before any annex.

Bodies stand on lines of their own above the date, or before it on the same line.
"""

import re
from dataclasses import dataclass
from typing import Final

from ingest.bodies import bodies
from ingest.dates import DATE, first_date
from ingest.lines import Line, RawText

_DATE_LINE: Final = re.compile(rf"^(?P<signer>[\u4e00-\u9fff“”、 　]{{0,40}}?)[\s　]*[（(]?\s*{DATE}\s*[）)]?$")
_AFTER: Final = re.compile(r"^(?:[（(](?:此件|此文|本文|联系)|附件|附表|附[:：]|抄送|主办|[（(]公开)")
#: An order is signed by who holds the office: 总理 李强, 行 长 潘功胜.
_OFFICE: Final = re.compile(
    r"^(?:总\s*理|主\s*席|委\s*员\s*长|秘\s*书\s*长|审\s*计\s*长|检\s*察\s*长|主\s*任|会\s*长|[部省市州县区局行署院厅关]\s*长)"
    r"[\s　]*[\u4e00-\u9fff·]{1,4}(?:[\s　]?[\u4e00-\u9fff·]{1,8})?$"
)
#: What is left of a web page's blanks: &nbsp; and what became of it.
_ENTITY: Final = re.compile(r"&#?\w{1,6};")
#: A body's name broken over lines, or several of them: more lines than this are a list of something else.
_MOST_LINES: Final = 12


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed and when (ISO). `start` is the offset of the first of its lines, lines count from 1."""

    bodies: tuple[str, ...]
    dated: str
    start: int
    body_line: int
    date_line: int


def signature(raw: RawText) -> Signature | None:
    """The first signature after which nothing of the main text comes; None where there is none."""
    written = [line for line in raw.lines if not line.blank]
    for place, line in enumerate(written[1:], 1):
        text = _plain(line)
        found = _DATE_LINE.match(text) if len(text) <= 60 else None
        iso = first_date(text) if found else None
        if found is None or iso is None:
            continue
        above = _signers(written[:place]) if not found["signer"].strip() else []
        signers = bodies(found["signer"]) or [name for each in above for name in bodies(_plain(each))]
        last = place + 1 == len(written) or _AFTER.match(_plain(written[place + 1])) is not None
        # A date alone under the title is no signature; one with a body or an office above it is, wherever it stands.
        if signers or above or (last and place > len(written) // 2 and not found["signer"].strip()):
            first = above[0] if above else line
            return Signature(tuple(dict.fromkeys(signers)), iso, first.start, first.number, line.number)
    return None


def _signers(before: list[Line]) -> list[Line]:
    """The lines right above a date that are bodies' names, or an office with its holder's, and nothing else."""
    lines: list[Line] = []
    for line in reversed(before[1:]):
        text = _plain(line)
        if not (bodies(text) or _OFFICE.match(text)) or len(lines) == _MOST_LINES:
            break
        lines.insert(0, line)
    return lines


def _plain(line: Line) -> str:
    return _ENTITY.sub("", line.text).strip().strip("*").strip()
