"""Whether a line goes on with the sentence of the line before, as in text broken at the width of a page.

Most files have a line a paragraph; in those only a comma at the end tells. Files broken at a width are recognised by
their many unfinished lines of about the same length.
"""

import re
from collections.abc import Sequence
from typing import Final

from ingest.lines import Line

_FINISHED: Final = re.compile(r"[。！？!?；;：:”」』）)…》〉】\]]\s*$")
_UNFINISHED: Final = re.compile(r"[，,、（(《“]\s*$")
#: Words that a reference comes after: 依照 | 第十二条.
_REFERS: Final = re.compile(
    r"(?:依照|按照|根据|依据|违反|遵照|参照|适用|符合|属于|[本该](?:法|条例|规定|办法|细则|章程|章|节|编|意见|方案|通知)|》|[、，,和或及与至到在经将由对]|以及)\s*$"
)
#: Lines shorter than this are headings and signatures; in characters.
_SHORT: Final = 15
#: So much of the unfinished lines must have about the same length, and so much of all lines must be unfinished.
_ALIKE, _SHARE = 0.5, 0.15
_FEWEST, _ENOUGH = 3, 5


def width(lines: Sequence[Line]) -> int | None:
    """The width at which the text is broken into lines, in characters; None where a line is a paragraph."""
    written = [line.text.rstrip() for line in lines if not line.blank]
    unfinished = sorted(len(text) for text in written if len(text) >= _SHORT and not _FINISHED.search(text))
    if len(unfinished) < _FEWEST or len(unfinished) < _SHARE * len(written):
        return None
    usual = unfinished[len(unfinished) // 2]
    alike = sum(abs(length - usual) <= 3 for length in unfinished)
    if len(unfinished) < _ENOUGH and max(map(len, written)) > usual + 4:
        # A few unfinished lines tell of a width only where no line is longer.
        return None
    return usual if alike >= _ALIKE * len(unfinished) and usual <= 60 else None


def continues(before: Line | None, usual: int | None) -> bool:
    """Whether what follows the line `before` goes on with its sentence; `usual` is the text's `width`."""
    if before is None or before.blank or _FINISHED.search(before.text):
        return False
    if _UNFINISHED.search(before.text) or _REFERS.search(before.text):
        return True
    return usual is not None and abs(len(before.text.rstrip()) - usual) <= 4


def ends_open(line: Line) -> bool:
    """Whether the line ends in a comma or an open bracket."""
    return _UNFINISHED.search(line.text) is not None


def refers(before: Line | None) -> bool:
    """Whether the line `before` ends in a word after which 第十二条 is a reference."""
    return before is not None and _REFERS.search(before.text) is not None
