"""How a question of a conversation is read: by rules, and where they find nothing, as a language model rewrites it.

The rules (`rag.session`) come first: they are sure, cost nothing, and are all there is without a model. A model is
asked only for a question that cannot be understood without the turns before. What it writes is used only if it names
all that the question names and says nothing that was not said before; otherwise the question stays as it is.
"""

from collections.abc import Sequence
from threading import Event
from typing import Final, Protocol

from corpus.address import Address
from corpus.normalize import fold
from rag.follow_ups.base import Asked, Corpus
from rag.follow_ups.topics import own_words
from rag.rewrites import keeps_entities
from rag.session import needs_before, read_follow_up
from rag.types import Reading, Turn

#: The reading of a model is told as such.
_TOLD: Final = {"zh": "语言模型按上文理解为：", "en": "Read by the language model as: "}
_SIGNS: Final = "?？。.!！ "


class Rewriter(Protocol):
    """Writes a follow-up anew, so that it stands alone."""

    def rewritten(self, question: str, turns: Sequence[Turn], leave: Event | None = None) -> str:
        """The question in full; "" where there is none, whatever the reason, or `leave` was set."""
        ...


class FollowUpReader:
    """Reads questions of conversations. Without `rewriter` by rules alone."""

    def __init__(self, rewriter: Rewriter | None = None) -> None:
        self._rewriter = rewriter

    def read(self, question: str, turns: Sequence[Turn], corpus: Corpus, leave: Event | None = None) -> Reading:
        """The question in full; unchanged where nothing before it is needed, or nobody knows what."""
        reading = read_follow_up(question, turns, corpus)
        if self._rewriter is None or reading.explanation is not None or not needs_before(question, turns, corpus):
            return reading
        rewrite = self._rewriter.rewritten(question, turns, leave)
        asked = Asked(question, tuple(turns), None, corpus)
        return Reading(rewrite, _TOLD[asked.language] + rewrite) if usable(asked, rewrite) else reading


def usable(asked: Asked, rewrite: str) -> bool:
    """Whether a rewrite says more than the question did, all of it out of the conversation, and drops no name.

    Its words count, and not only its names: a model that writes of something else, or nonsense, names nothing wrong.
    """
    folded, allowed = fold(rewrite), asked.corpus.allowed
    if not folded.strip(_SIGNS) or folded.strip(_SIGNS) == asked.folded.strip(_SIGNS):
        return False
    used = [id_ for id_ in dict.fromkeys(id_ for turn in asked.turns for id_ in turn.documents) if id_ in allowed]
    titles = [asked.corpus.title(id_) for id_ in used]
    if not keeps_entities(asked.question, rewrite, asked.turns, asked.corpus.analyzer, *titles):
        return False
    said = fold("\n".join([asked.question, *titles, *(text for turn in asked.turns for text in _said(turn))]))
    # Numbers and dates have been looked at, whichever way they are written.
    words = [word.text for word in own_words(asked, folded) if word.kind == "word"]
    new = [word for word in words if word not in said]
    return any(word not in asked.folded for word in words) and all(_only_done(asked, word, used) for word in new)


def _said(turn: Turn) -> tuple[str, ...]:
    return (turn.question, turn.standalone, *turn.labels, *turn.quotes)


def _only_done(asked: Asked, word: str, documents: Sequence[str]) -> bool:
    """Whether a word that nobody said is what is done to something that was spoken of: 发放, in a document in use."""
    tag = asked.corpus.analyzer.tag(word)
    places = (asked.corpus.place((id_, Address())) for id_ in documents)
    return tag.startswith("v") and any(place is not None and word in fold(place[0].text) for place in places)
