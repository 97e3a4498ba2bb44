"""Why a part stands where it does in a search, or is not there: its rank and score at each stage, in their order.

It searches as the assistant does, only deeper, and answers nothing.
"""

from dataclasses import dataclass

from corpus.address import Address
from corpus.collection import Collection
from corpus.errors import InputError
from corpus.model import Document
from rag.resolve import resolve
from rag.retrieve import Staged, StructuralRetriever
from rag.settings import Retrieval
from rag.types import Hit, Query

#: So many parts of each stage are looked through for the one that is asked about.
DEPTH = 1000


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: the part's rank there, from 1, and its score; None where it was not found.

    `kept` is how many places go on to the next stage.
    """

    name: str
    rank: int | None
    score: float | None
    kept: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of one part; `fell_out` says where and why it did, or that it is among the hits."""

    document_id: str
    address: Address
    label: str
    stages: tuple[Stage, ...]
    fell_out: str


def find_part(collection: Collection, named: str, hits: tuple[Hit, ...]) -> tuple[Document, Address]:
    """The part that `named` means: DOC:ADDRESS, or an address alone of the likeliest document that has it.

    InputError where there is none.
    """
    name, _, written = named.rpartition(":")
    try:
        address = Address.parse(written or named)
    except ValueError as exc:
        raise InputError(
            f"--explain 的“{named}”不是地址：请写成 二/（三）/六是，或 文档编号:第二章/第十二条。"
        ) from exc
    if name:
        documents = [collection.find(name)]
    else:
        ids = dict.fromkeys([*(hit.document_id for hit in hits), *sorted(collection.catalog.at(None))[:DEPTH]])
        documents = [collection.document(id_) for id_ in ids]
    for document in documents:
        if document.part(address) is not None:
            return document, address
    raise InputError(f"没有“{named}”这一部分：请用 python -m ingest show DOC --outline 查看地址。")


def explain(
    query: Query, place: tuple[Document, Address], structural: StructuralRetriever,
    retriever: Staged, settings: Retrieval, k: int,
) -> Explanation:  # fmt: skip
    """What became of the part at `place` in the search for `query` that gives `k` hits."""
    document, address = place
    resolution = resolve(query, structural.outlines)
    named = [Hit(d.id, p.address, 0.0) for d, p in (*resolution.parts, *resolution.others)]
    words, meaning, fused = retriever.stages(query, DEPTH)
    stages = (
        _stage("structural", named, place, "structural", k),
        _stage("lexical", words, place, "lexical", settings.candidates),
        _stage("dense", meaning, place, "dense", settings.candidates),
        _stage("fused", fused, place, "score", k),
    )
    standing = next((n for n, hit in enumerate(fused[:k], 1) if (document.id, address) in hit.same), None)
    fell_out = (
        f"与排第 {standing} 位的部分文字相同，并入了它。" if standing else _verdict(query, document, address, stages)
    )
    return Explanation(document.id, address, document.label(address), stages, fell_out)


def _stage(name: str, hits: list[Hit], place: tuple[Document, Address], score: str, kept: int) -> Stage:
    for rank, hit in enumerate(hits, 1):
        if (hit.document_id, hit.address) == (place[0].id, place[1]):
            value = 1 / rank if score == "structural" else getattr(hit, score)
            return Stage(name, rank, value, kept)
    return Stage(name, None, None, kept)


def _verdict(query: Query, document: Document, address: Address, stages: tuple[Stage, ...]) -> str:
    structural, lexical, dense, fused = stages
    if not query.filter.allows(document.id):
        return "不在查找范围内：问题或选项限定了别的文件，或这一版本不是当时有效的版本。"
    if not any(part.address == address for part in document.passages()):
        return "这一部分随上一级部分一起收录，不单独列入查找结果。"
    if structural.rank is not None:
        return f"按编号或名称直接找到，列第 {structural.rank} 位。"
    within = [stage for stage in (lexical, dense) if stage.rank is not None and stage.rank <= stage.kept]
    if not within:
        return f"按词和按语义都没有进入前 {lexical.kept} 个候选。"
    if fused.rank is not None and fused.rank <= fused.kept:
        return f"在结果中，列第 {fused.rank} 位。"
    return f"进了候选，合成之后列第 {fused.rank or f'{DEPTH} 以后的'} 位，只取前 {fused.kept} 位。"
