"""What changed between two versions of a document, part by part, with the words that changed.

Parts are matched by what they say and not by their number, so that a new article in the middle is one addition and not
a change of everything behind it; a part that only got another number is said to be renumbered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from corpus.address import Address
from corpus.analyzer import Analyzer
from corpus.model import Document, Part

Kind = Literal["added", "removed", "changed", "renumbered"]
#: Two parts with less in common are one removed and one added.
_ALIKE: Final = 0.5
#: Blocks of more parts than this on both sides are matched by address alone: comparing each with each takes too long.
_MANY: Final = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One part that changed: where it was, where it is, and its words as (what became of them, text)."""

    kind: Kind
    old: Address | None
    new: Address | None
    words: tuple[tuple[Literal["same", "added", "removed"], str], ...]


def compare(old: Document, new: Document) -> list[Change]:
    """The changes from `old` to `new`, in the order of the new text, what was removed where it stood."""
    analyzer = Analyzer()
    before, after = old.passages(), new.passages()
    said_before, said_after = [_said(old, p) for p in before], [_said(new, p) for p in after]
    changes: list[Change] = []
    for kind, i, j, k, m in SequenceMatcher(None, said_before, said_after, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs = zip(before[i:j], after[k:m], strict=True)
            changes += [
                Change("renumbered", one.address, other.address, (("same", _said(new, other)),))
                for one, other in pairs
                if one.address != other.address
            ]
        else:
            changes += _block(old, new, before[i:j], after[k:m], analyzer)
    return changes


def _said(document: Document, part: Part) -> str:
    """What a part says, without its mark and without blanks at its ends."""
    return document.text[part.marker_end if part.address.steps else part.start : part.body_end].strip()


def _block(
    old: Document, new: Document, before: Sequence[Part], after: Sequence[Part], analyzer: Analyzer
) -> list[Change]:
    """Parts that differ: each new one beside the old one that is most like it."""
    partner = _partners(old, new, before, after)
    taken = {id(one) for one in partner.values()}
    changes = [
        Change("removed", one.address, None, (("removed", _said(old, one)),)) for one in before if id(one) not in taken
    ]
    for place, other in enumerate(after):
        one = partner.get(place)
        if one is None:
            changes.append(Change("added", None, other.address, (("added", _said(new, other)),)))
        else:
            changes.append(
                Change("changed", one.address, other.address, _words(_said(old, one), _said(new, other), analyzer))
            )
    return changes


def _partners(old: Document, new: Document, before: Sequence[Part], after: Sequence[Part]) -> dict[int, Part]:
    """For places in `after` the part of `before` that became it, by likeness, then by address; each once."""
    alike: list[tuple[float, int, int]] = []
    for here, other in enumerate(after):
        for there, one in enumerate(before):
            same = one.address == other.address
            if same or len(before) * len(after) <= _MANY * _MANY:
                likeness = _likeness(_said(old, one), _said(new, other))
                if likeness >= _ALIKE or (same and likeness > _ALIKE / 2):
                    alike.append((likeness + 0.1 * same, here, there))
    partner: dict[int, Part] = {}
    used: set[int] = set()
    for _, here, there in sorted(alike, key=lambda row: (-row[0], row[1], row[2])):
        if here not in partner and there not in used:
            partner[here] = before[there]
            used.add(there)
    return partner


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The quick upper bounds spare most of the comparisons.
    if matcher.real_quick_ratio() < _ALIKE / 2 or matcher.quick_ratio() < _ALIKE / 2:
        return 0.0
    return matcher.ratio()


def _words(one: str, other: str, analyzer: Analyzer) -> tuple[tuple[Literal["same", "added", "removed"], str], ...]:
    """The words of both, those of the old one that went before those that came in their place."""
    before, after = analyzer.pieces(one), analyzer.pieces(other)
    words: list[tuple[Literal["same", "added", "removed"], str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            words.append(("same", "".join(after[k:m])))
            continue
        if i < j:
            words.append(("removed", "".join(before[i:j])))
        if k < m:
            words.append(("added", "".join(after[k:m])))
    return tuple(words)
