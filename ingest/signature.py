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
        text = line.text.strip().strip("*")
        found = _DATE_LINE.match(text) if len(text) <= 60 else None
        iso = first_date(text) if found else None
        if found is None or iso is None:
            continue
        above = _signers(written[:place]) if not found["signer"].strip() else []
        signers = bodies(found["signer"]) or [name for each in above for name in bodies(each.text)]
        last = place + 1 == len(written) or _AFTER.match(written[place + 1].text.strip().strip("*")) is not None
        # A date alone under the title is no signature; one with a body above it is, wherever it stands.
        if signers or (last and place > len(written) // 2 and not found["signer"].strip()):
            first = above[0] if above else line
            return Signature(tuple(dict.fromkeys(signers)), iso, first.start, first.number, line.number)
    return None


def _signers(before: list[Line]) -> list[Line]:
    """The lines right above a date that are bodies' names and nothing else."""
    lines: list[Line] = []
    for line in reversed(before[1:]):
        if not bodies(line.text) or len(lines) == _MOST_LINES:
            break
        lines.insert(0, line)
    return lines
