"""What the corpus holds, as JSON objects for programs: the documents, and the text of a part with its place.

It answers no questions, and gives at most `LONGEST` characters at a time.
"""

from typing import Any, Final

from corpus.address import Address
from corpus.catalog import today
from corpus.collection import Collection
from corpus.errors import InputError
from corpus.model import Document

#: Characters of a part that are given at most: a whole law would fill whatever asks for it.
LONGEST: Final = 20_000
_OFFERED: Final = 12


def documents(collection: Collection) -> dict[str, Any]:
    """The newest version of every document, in the order of the titles."""
    return {"documents": [_document(each, collection) for each in collection.documents()]}


def _document(document: Document, collection: Collection) -> dict[str, Any]:
    known, standing = document.metadata, collection.catalog.standing(document.id, today())
    return {
        "document_id": document.id,
        "title": known.name,
        "issuer": known.issuer,
        "reference": known.reference,
        "dated": known.dated,
        "effective": known.effective,
        "kind": known.kind,
        "region": known.region,
        "validity": standing.validity,
        "validity_note": standing.why,
        "characters": len(document.text),
        "parts": len(document.parts),
    }


def part(collection: Collection, name: str, written: str) -> dict[str, Any]:
    """The part at an address, with everything under it: `text` is `text[start:end]` of the document.

    InputError where there is no such document or part, and where it is too long; it names parts that there are.
    """
    document = collection.find(name)
    try:
        address = Address.parse(written)
    except ValueError as exc:
        raise InputError(
            f"“{written[:60]}”不是地址：请写成 二/（三）/六是 或 第二章/第十二条 这样，空着是全文。"
            f"{_offer(document, Address())}"
        ) from exc
    found = document.part(address)
    if found is None:
        raise InputError(f"{document.label(Address())}没有“{address}”这一部分。{_offer(document, address)}")
    if found.end - found.start > LONGEST:
        raise InputError(
            f"{document.label(address)}有 {found.end - found.start} 个字，一次最多给 {LONGEST} 个："
            f"请取它的一部分。{_offer(document, address)}"
        )
    standing = collection.catalog.standing(document.id, today())
    return {
        "document_id": document.id,
        "title": document.metadata.name,
        "address": str(address),
        "label": document.label(address),
        "text": document.text[found.start : found.end],
        "start": found.start,
        "end": found.end,
        "page": document.page(found.start),
        "parts": [str(child.address) for child in document.children(address)],
        "validity": standing.validity,
        "validity_note": standing.why,
    }


def _offer(document: Document, address: Address) -> str:
    """The parts under the innermost part around `address` that has any, in a sentence."""
    while not (children := document.children(address)) and address.depth:
        address = address.parent
    offered = "、".join(str(child.address) for child in children[:_OFFERED])
    more = f"等 {len(children)} 个" if len(children) > _OFFERED else ""
    return f"有：{offered}{more}。" if offered else ""
