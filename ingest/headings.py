"""The heading of a part: the line after its mark, or its first sentence where more follows."""

import re
from typing import Final

from corpus.address import ANNEXED, Level
from corpus.numerals import to_int
from ingest.lines import CELL_BREAK

_LIMIT: Final = 60
_END: Final = re.compile(r"[。：:]|[；;！？!?\n]")
#: Parts whose words are text and no heading.
_UNHEADED: Final = frozenset({Level.ARTICLE, Level.PARAGRAPH})
_NAMED: Final = re.compile(r"[ \t　]*【([^】\n]{1,30})】")


def heading(text: str, level: Level, marker_end: int, own_end: int, end: int) -> tuple[int, int]:
    """[start, end) of the heading of a part whose mark ends at `marker_end`; empty where it has none."""
    start = marker_end
    if level is Level.TABLE:
        # The header: it stands above every row.
        return start, start + len(text[start:own_end].rstrip())
    if level is Level.ROW:
        return _row_key(text, start, own_end)
    if level in _UNHEADED:
        # 第三条【适用范围】: what stands in such brackets names the article.
        named = _NAMED.match(text, start, own_end) if level is Level.ARTICLE else None
        return named.span(1) if named else (start, start)
    if level in ANNEXED and not text[start : _line_end(text, start, own_end)].strip():
        start = _next_line(text, start, own_end)
    line_end = _line_end(text, start, own_end)
    stop = _END.search(text, start, line_end)
    stopped = stop.start() if stop else start + len(text[start:line_end].rstrip())
    if stopped - start > _LIMIT or (stop and stop[0] in "；;！？!?"):
        return marker_end, marker_end
    # A point or a numbered sentence that says all in one sentence has no heading, it is the text.
    alone = not text[stopped:end].strip("。：: \n　")
    if alone and (level is Level.POINT or stop is not None):
        return marker_end, marker_end
    return start, stopped


def _row_key(text: str, start: int, end: int) -> tuple[int, int]:
    """The first cell of a row that says more than its number."""
    place = start
    for cell in text[start:end].rstrip().split(CELL_BREAK):
        if to_int(cell.strip(" .、")) is None and cell.strip():
            return place, place + len(cell)
        place += len(cell) + len(CELL_BREAK)
    return start, start


def _line_end(text: str, start: int, limit: int) -> int:
    found = text.find("\n", start, limit)
    return limit if found < 0 else found


def _next_line(text: str, start: int, limit: int) -> int:
    """Where the next line with anything on it begins: the title of an annex stands below its mark."""
    rest = text[start:limit]
    return start + len(rest) - len(rest.lstrip())
