"""还有效吗, 文号呢, 什么时候施行的, when did it take effect: asked of the document that was spoken of last."""

from typing import Final

from corpus.address import Address
from rag.fact_forms import Fact, asked_fact
from rag.follow_ups.base import Asked, read, told, without_opening
from rag.types import Reading

#: What is asked of documents alone; 谁发的 and 发给谁 may be said of money, 有效期多久 of a certificate.
_OF_DOCUMENTS: Final = frozenset({Fact.STANDING, Fact.REFERENCE, Fact.EFFECTIVE, Fact.REPEALS})


def fact(asked: Asked) -> Reading | None:
    """A question about a document that it does not name, asked of the last answer's."""
    if asked.place is None or len(asked.corpus.allowed) < 2:
        return None
    # 还有 begins a follow-up, and 还有效吗 as well.
    for rest in dict.fromkeys((asked.question.strip(), without_opening(asked.question))):
        found = asked_fact(asked.corpus.read(rest))
        if found is not None and not found.name and found.fact in _OF_DOCUMENTS:
            document, _ = asked.place
            return read(asked, rest, told(asked, document.label(Address()), rest), document)
    return None
