"""`Finding`: something about a document that a person should look at, whoever noticed it."""

from dataclasses import dataclass
from typing import Literal

#: An `error` makes `ingest check` fail, a `warning` asks for a look, a `note` only tells what was done.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Its kind, the line of the document's text it is about (from 1), what it says, and how much it matters."""

    kind: str
    line: int
    message: str
    severity: Severity = "warning"
