"""Items of an article whose first line is but a heading: （一）长期失能人员, and on the next line what holds of them.

Such lines are the item's own; taken for the next paragraph (款) of the article they would shift the numbers of all.
"""

import re
from collections.abc import Container, Sequence
from typing import Final

from corpus.address import Level
from ingest.events import Event, Kind
from ingest.lines import RawText

_BACK: Final = re.compile(r"[\s\u3000]*(?:前[一二两三]?[款项]|本条|上述|第[一二三四五六七八九十]{1,3}[款项])")
_ENDED: Final = re.compile(r"[。！？!?；;：:，,、.]\s*$")


def item_bodies(events: Sequence[Event], raw: RawText, levels: Container[Level]) -> frozenset[int]:
    """The indices of the paragraphs that lie in the item before them; `levels` are those of marks that open items.

    Where the next item follows, all lines up to it are the item's; behind the last one of such a row the first line is.
    """
    found: set[int] = set()
    headed: Event | None = None
    for index, event in enumerate(events):
        if event.marker is None or event.inline or event.marker.level not in levels:
            continue
        text = raw.text[event.end : raw.lines[event.line - 1].end]
        if not text.strip() or _ENDED.search(text):
            continue
        after = _paragraphs(events, index + 1)
        follows = after.stop < len(events) and _is_next(event, events[after.stop])
        if follows or (headed is not None and _is_next(headed, event)):
            own = [place for place in after if events[place].kind is Kind.PARAGRAPH]
            # 前款规定的标准 speaks of the article: it is a paragraph of its own, and so is what comes behind it.
            back = next((n for n, place in enumerate(own) if _BACK.match(_text(raw, events[place]))), len(own))
            found.update(own[:back] if follows else own[: min(back, 1)])
            headed = event if own else None
    return frozenset(found)


def _text(raw: RawText, event: Event) -> str:
    return raw.text[event.offset : raw.lines[event.line - 1].end]


def _paragraphs(events: Sequence[Event], start: int) -> range:
    """The events from `start` on that open no counted part."""
    stop = start
    while stop < len(events) and (events[stop].kind is Kind.PARAGRAPH or events[stop].inline):
        stop += 1
    return range(start, stop)


def _is_next(event: Event, other: Event) -> bool:
    one, two = event.marker, other.marker
    return one is not None and two is not None and one.level is two.level and two.number == one.number + 1
