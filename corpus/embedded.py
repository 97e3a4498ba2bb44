"""The texts that vectors are made of, and the vectors of new segments, made only where they are not held already."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.catalog import Catalog
from corpus.embedding import Encoder, Vectors
from corpus.errors import StateError
from corpus.model import Document, Segment, lineage_of
from corpus.store import Store


def embedded_text(document: Document, segment: Segment) -> str:
    """What is indexed of a segment of `document`: the headings above it, then its own words."""
    return " ".join((*segment.trail, document.text[segment.start : segment.end]))


def encode_segments(
    segments: Sequence[Segment], documents: Mapping[str, Document], store: Store, catalog: Catalog, encoder: Encoder
) -> Vectors:
    """float32[len(segments), dim]; what an earlier version of a document says in the same words keeps its vector.

    The others are encoded in the order of their length, so that a batch is of texts of about one length.
    """
    texts = [embedded_text(documents[segment.document_id], segment) for segment in segments]
    lineages = {lineage_of(segment.document_id) for segment in segments}
    known = _held_vectors(lineages, store, catalog, encoder) if store.fact("encoder") == encoder.fingerprint else {}
    new = sorted((text for text in dict.fromkeys(texts) if text not in known), key=len)
    known.update(zip(new, encoder.encode(new, "passage"), strict=True))
    return np.stack([known[text] for text in texts]) if texts else np.zeros((0, encoder.dimension), np.float32)


def _held_vectors(
    lineages: set[str], store: Store, catalog: Catalog, encoder: Encoder
) -> dict[str, NDArray[np.float32]]:
    """The vectors of the texts in every version that is held of `lineages`."""
    known: dict[str, NDArray[np.float32]] = {}
    for lineage in lineages:
        for id_ in catalog.versions(lineage):
            held, stored = store.document(id_), store.segments(id_)
            if held is not None and stored:
                vectors = store.vectors([each.id for each in stored], encoder.dimension)
                known.update(zip((embedded_text(held, each.segment) for each in stored), vectors, strict=True))
    return known


def must_fit(made_with: str | None, encoder: Encoder, folder: Path) -> None:
    """StateError where the vectors in `folder` come from another encoder than `encoder`."""
    if made_with not in (None, encoder.fingerprint):
        raise StateError(
            f"索引 {folder} 用的模型是 {made_with}，现在是 {encoder.fingerprint}："
            "请运行 python -m ingest sync 重新计算向量。"
        )
