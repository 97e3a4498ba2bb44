"""What a conversation remembers of an answer. How follow-ups are read from it is `rag.session`'s."""

from collections.abc import Sequence

from corpus.address import Address
from rag.types import Answer, Turn


def turn_of(answer: Answer, held_to: tuple[str, ...] = ()) -> Turn:
    """The turn that an answer leaves; `held_to` are the ids of the documents that its question named."""
    places = tuple(dict.fromkeys((c.document_id, c.address) for c in answer.citations))
    nearest = answer.refusal.nearest if answer.refusal is not None else ()
    listed = places if answer.total else ()
    # A list is remembered by the part that it lists.
    place = (places[0][0], _common([address for _, address in places])) if listed else next(iter(places), None)
    return Turn(
        answer.standalone_question, place, listed or places[1:], answer.question, listed,
        labels=tuple(c.label for c in answer.citations), quotes=tuple(c.quote for c in answer.citations),
        documents=tuple(dict.fromkeys(document for document, _ in places)) or held_to,
        near=tuple((c.document_id, c.address) for c in nearest), followed=answer.reading is not None,
    )  # fmt: skip


def _common(addresses: Sequence[Address]) -> Address:
    """The innermost address that holds all of `addresses`."""
    common = addresses[0]
    while not all(common.contains(address) for address in addresses):
        common = common.parent
    return common
