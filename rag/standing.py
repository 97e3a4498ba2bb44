"""Citations with what their documents' standing is on a day: in force, amended, repealed. It decides nothing itself."""

from collections.abc import Sequence
from dataclasses import replace

from corpus.catalog import Catalog, today
from rag.types import Citation, Referral


def dated(catalog: Catalog, citations: Sequence[Citation], as_of: str | None) -> tuple[Citation, ...]:
    """The citations, each with what its document's standing is on that day (ISO), or today."""
    day = as_of or today()
    standings = {c.document_id: catalog.standing(c.document_id, day) for c in citations}
    return tuple(
        replace(c, validity=standings[c.document_id].validity, validity_note=standings[c.document_id].why)
        for c in citations
    )


def dated_referrals(catalog: Catalog, referrals: Sequence[Referral], as_of: str | None) -> tuple[Referral, ...]:
    """The same of what quotations refer to."""
    citations = dated(catalog, [each.citation for each in referrals], as_of)
    return tuple(replace(each, citation=citation) for each, citation in zip(referrals, citations, strict=True))
