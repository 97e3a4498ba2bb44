"""A question and a passage to the words of the passage that answer, and how sure it is that any do.

The shipped network reads both as one row of tokens, with the reader's adapter laid over it; a head gives each token a
score as the first and as the last of the answer, and the first token of the row stands for "no answer" (Devlin et al.
2019). Both texts are read folded, so that 繁體 and full-width signs are read as what they were trained on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import torch

from corpus import bundled
from corpus.adapter import SHIPPED, Adapter, digest, load_adapter
from corpus.errors import StateError
from corpus.network import batches
from corpus.normalize import fold, fold_with_offsets

if TYPE_CHECKING:
    import tokenizers

    from corpus.embedding import Encoder
    from corpus.network import Bert

#: What stands before every question, as for the encoder.
QUESTION_PREFIX: Final = "query: "
#: Tokens of an answer at most.
_LONGEST: Final = 60
_EDGE: Final = " \n\t,，。;；:：、!！?？．"


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) in the passage, and from 0 to 1 how likely the passage is to answer the question with it."""

    start: int
    end: int
    sure: float


class Passage(NamedTuple):
    """What is read, and under which title and heading it stands: the answer is never looked for in `under`."""

    text: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A question and a passage as tokens. `first` and `last` are the passage's; `offsets` its places in the text."""

    ids: list[int]
    first: int
    last: int
    offsets: list[tuple[int, int]]


def as_row(tokenizer: "tokenizers.Tokenizer", question: str, passage: Passage) -> Row | None:
    """The row of a folded question and passage; None where the question leaves no room for the passage."""
    above = f"{passage.under}\n" if passage.under else ""
    encoded = tokenizer.encode(QUESTION_PREFIX + question, above + passage.text)
    # A token may begin with the blank before its word, which here is the end of what stands above.
    offsets = [(max(0, start - len(above)), end - len(above)) for start, end in encoded.offsets]
    own = [place for place, sequence in enumerate(encoded.sequence_ids) if sequence == 1 and offsets[place][1] > 0]
    return Row(encoded.ids, own[0], own[-1], offsets) if own else None


def scores(adapter: Adapter, hidden: torch.Tensor) -> torch.Tensor:
    """float32[tokens, 2]: each token's score as the first and the last of the answer."""
    return torch.nn.functional.linear(hidden.float(), adapter.head["weight"], adapter.head["bias"])


def best_span(row: Row, scored: torch.Tensor) -> tuple[int, int, float]:
    """The first and last token of the best answer, and by how much it is better than none."""
    starts, ends = scored[row.first : row.last + 1, 0], scored[row.first : row.last + 1, 1]
    pairs = starts[:, None] + ends[None, :]
    allowed = torch.ones_like(pairs, dtype=torch.bool).triu().tril(_LONGEST - 1)
    best = int(pairs.masked_fill(~allowed, -math.inf).argmax())
    start, end = divmod(best, len(starts))
    return row.first + start, row.first + end, float(pairs[start, end] - scored[0].sum())


class SpanReader:
    """Reads with one network and one adapter; see `open_reader`."""

    def __init__(self, bert: "Bert", adapter: Adapter, below: Adapter | None = None) -> None:
        """`below`: the adapter that `adapter` was trained over, if it was over one; see `below_reader`."""
        self._bert, self.about = bert, adapter.about
        whole = (adapter,) if below is None else (below, adapter)
        added = bert.instead(*(each.added for each in whole))
        # Layers that the head does not stand on are not run.
        self._adapter = replace(adapter, added={at: pair for at, pair in added.items() if at[0] < adapter.depth})
        self._scale = float(adapter.about.get("scale", 1.0))
        self._shift = float(adapter.about.get("shift", 0.0))

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span | None]:
        """For each passage the best span; None where there is nothing to read."""
        texts = [fold_with_offsets(passage.text) for passage in passages]
        asked = fold(question)
        folded = [Passage(text, fold(passage.under)) for (text, _), passage in zip(texts, passages, strict=True)]
        best = best_spans(self._bert, self._adapter, [(asked, passage) for passage in folded])
        return [self._span(found, offsets) for found, (_, offsets) in zip(best, texts, strict=True)]

    def _span(self, found: tuple[int, int, float] | None, offsets: Sequence[int]) -> Span | None:
        if found is None or found[0] == found[1]:
            return None
        start, end, margin = found
        sure = 1 / (1 + math.exp(-max(-50.0, min(50.0, self._scale * margin + self._shift))))
        return Span(offsets[start], offsets[end - 1] + 1, sure)


@torch.inference_mode()
def best_spans(
    bert: "Bert", adapter: Adapter, pairs: Sequence[tuple[str, Passage]]
) -> list[tuple[int, int, float] | None]:
    """For each folded question and passage [start, end) of the best answer, and by how much it is better than none.

    None where there is nothing to read.
    """
    rows = [as_row(bert.tokenizer, question, passage) if passage.text.strip() else None for question, passage in pairs]
    lengths = [len(row.ids) if row else 0 for row in rows]
    order = sorted((i for i, row in enumerate(rows) if row), key=lengths.__getitem__)
    found: list[tuple[int, int, float] | None] = [None] * len(pairs)
    for batch in batches(order, lengths):
        here = [row for i in batch if (row := rows[i])]
        packed = bert.run([row.ids for row in here], adapter.added, adapter.depth)
        scored = torch.split(scores(adapter, packed.hidden), packed.lengths)
        for i, row, each in zip(batch, here, scored, strict=True):
            first, last, margin = best_span(row, each)
            found[i] = (*trimmed(pairs[i][1].text, row.offsets[first][0], row.offsets[last][1]), margin)
    return found


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """[start, end) without signs at its ends."""
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def below_reader(adapter: Adapter | None, fingerprint: str) -> Adapter | None:
    """The adapter that a reader's lies over: the retriever's that ships, as for a new one (None), or none.

    Over what is merged into the weights for searching anyway it costs least. StateError where the adapter was trained
    over another retriever than the one that ships.
    """
    over = None if adapter is None else adapter.about.get("over", "")
    if over == "":
        return None
    retriever = load_adapter(SHIPPED / "retriever.safetensors", fingerprint, "retriever")
    if over not in (None, digest(retriever)):
        raise StateError(f"这个阅读适配器是叠在另一个检索适配器（{over}）上训练的；请换一个，或重新训练。")
    return retriever


def open_reader(encoder: "Encoder", path: Path | None = None) -> SpanReader | None:
    """The reader on the network of `encoder`, with the adapter of a file or the one that ships.

    None where the encoder is not the shipped model: no second copy of the weights is loaded for a reader.
    StateError where the file is no adapter of this network, or lies over another retriever than the one that ships.
    """
    from corpus.bert import BertEncoder

    if not isinstance(encoder, BertEncoder) or encoder.weights != bundled.FINGERPRINT:
        return None
    adapter = load_adapter(path or SHIPPED / "reader.safetensors", encoder.weights, "reader")
    return SpanReader(encoder.network, adapter, below_reader(adapter, encoder.weights))
