"""Drafts over real documents, right and wrong, made by the rules of `tests.chat_models`; nothing of them is stored.

`python -m tests.drafts --show [KIND]` prints them. Whether a draft is true is decided by the rule that wrote it.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from corpus.model import Document, Part
from ingest.reading import understand
from rag.answer.blocks import blocks_of
from rag.answer.parsing import parse
from rag.answer.prompts import evidence_message
from rag.sentences import sentences_of
from rag.types import Evidence, Hit, Resolution, Sentence
from tests.chat_model import Claiming
from tests.chat_models import LIARS
from tests.chat_models_honest import Clipper, Paraphraser, Quoter
from tests.shown import Claim, Shown, blocks_in

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT.parent / "shared" / "data"
QUESTION: Final = "这份文件是怎么规定的？"
#: Every so many files of a folder are read: of laws 44, of policy documents 45.
_STEPS: Final = (("laws", 10), ("gov_policy", 3))
_BUDGET: Final = 4000
_PARTS: Final = 4
#: Of each kind, at most so many; the Paraphraser's are shared out among its rules.
_WRONG: Final = 12
_QUOTA: Final = {"quote": 60, "clip": 40, "paraphrase": 160}
#: In characters: parts that are shorter say nothing, longer ones are left to those who cut them.
_LEAST, _MOST = 30, 1200


@dataclass(frozen=True)
class Case:
    """A draft: the model that writes it, the parts it is shown, what it then claims."""

    model: Claiming
    places: tuple[tuple[Document, Part], ...]
    claims: tuple[Claim, ...]

    @property
    def kind(self) -> str:
        return type(self.model).kind


def files() -> list[Path]:
    """The documents that drafts are made of; none where the data is absent."""
    found = []
    for folder, step in _STEPS:
        known = sorted(path for suffix in ("*.md", "*.txt") for path in (DATA / folder).rglob(suffix))
        found += known[step // 2 :: step]
    return found


def evidence_of(places: Sequence[tuple[Document, Part]]) -> Evidence:
    """These parts as evidence, in this order."""
    hits = tuple(Hit(document.id, part.address, 1 - n / 100) for n, (document, part) in enumerate(places))
    sentences = tuple(
        Sentence(document, part, start, end, score=1 - n / 100, coverage=1)
        for n, (document, part) in enumerate(places)
        for start, end in sentences_of(document, part)
    )
    return Evidence(hits, sentences, coverage=1, similarity=1)


def shown(places: Sequence[tuple[Document, Part]], question: str = QUESTION) -> tuple[Shown, ...]:
    """The blocks as a model will read them."""
    blocks = blocks_of(evidence_of(places), Resolution(asked=False), _BUDGET)
    return blocks_in(evidence_message(question, blocks))[0]


@dataclass(frozen=True)
class Window:
    """Parts that are shown together, and how the model reads them."""

    places: tuple[tuple[Document, Part], ...]
    blocks: tuple[Shown, ...]


def windows(document: Document, guest: tuple[Document, Part] | None) -> list[Window]:
    """The document's parts, some at a time, each time with one part of another document."""
    parts = [part for part in document.passages() if _LEAST <= part.body_end - part.start <= _MOST]
    found = []
    for at in range(0, len(parts), _PARTS):
        places = [(document, part) for part in parts[at : at + _PARTS]]
        places += [guest] if guest else []
        found.append(Window(tuple(places), shown(places)))
    return found


def _fits(claim: Claim, blocks: Sequence[Shown], text: str) -> bool:
    """Whether the draft's format carries the claim, and a wrong one is not what the document says elsewhere."""
    numbers = {block.number for block in blocks}
    said = parse(f"{claim.text}。[{claim.cited}]", numbers).said
    carried = len(said) == 1 and said[0].text == claim.text.strip(" 。；，、")
    return carried and (claim.truth == "right" or claim.text not in text)


def _tries(model: type[Claiming], shelves: Sequence[Sequence[Window]], step: int) -> Iterator[Case]:
    """A case a document, then a second one from elsewhere in it, and so on."""
    for round_ in range(6):
        for n in range(len(shelves)):
            shelf = shelves[(n * 7 + step) % len(shelves)]
            for at in range(len(shelf)):
                if at % 6 != round_ and len(shelf) > 6:
                    continue
                window = shelf[at]
                writer = model(turn=step + n + round_)
                text = "\n".join(document.text for document, _ in window.places)
                claims = writer.claims(window.blocks)
                if claims and all(_fits(claim, window.blocks, text) for claim in claims):
                    yield Case(writer, window.places, tuple(claims))
                    break


def _some(model: type[Claiming], shelves: Sequence[Sequence[Window]], step: int, quota: int) -> list[Case]:
    found: list[Case] = []
    seen: set[str] = set()
    for case in _tries(model, shelves, step):
        if not seen & {claim.text for claim in case.claims}:
            seen |= {claim.text for claim in case.claims}
            found.append(case)
        if len(found) == quota:
            break
    return found


def build(documents: Sequence[Document]) -> list[Case]:
    """All drafts over these documents, always the same, in whatever order they come."""
    documents = sorted(documents, key=lambda each: (each.metadata.name, each.content_hash))
    guests = [
        next(
            ((each, part) for part in each.passages() if 60 <= part.body_end - part.start <= 400 and part.number), None
        )
        for each in documents
    ]
    shelves = [windows(each, guests[n - 1]) for n, each in enumerate(documents)]
    cases = []
    for step, model in enumerate(LIARS):
        cases += _some(model, shelves, step, _WRONG)
    for step, honest in enumerate((Quoter, Clipper, Paraphraser)):
        cases += _some(honest, shelves, step, _QUOTA[honest.kind])
    return cases


@cache
def documents() -> tuple[Document, ...]:
    """The documents of `files`, parsed."""
    return tuple(understand(path).document for path in files())


def main() -> None:
    """Prints the drafts, or those of one kind."""
    parser = argparse.ArgumentParser(description="Drafts of lying and honest models over real documents.")
    parser.add_argument("--show", nargs="?", const="", help="a kind, or all")
    kind = parser.parse_args().show
    cases = build(documents())
    for case in cases:
        if kind is not None and kind in ("", case.kind):
            for claim in case.claims:
                document, _ = case.places[0]
                print(f"{claim.truth:5} {case.kind} [{claim.cited}] 《{document.metadata.title[:24]}》\n  {claim.text}")
                print(f"    {claim.rule}")
    print(Counter((case.claims[0].truth, case.kind) for case in cases))
    print(len({id(case.places[0][0]) for case in cases}), "documents")


if __name__ == "__main__":
    main()
