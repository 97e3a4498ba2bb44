"""Address questions over public laws and policy documents: 99 % lead to the right part, the absent ones to none.

`address_questions.jsonl` was drafted from the outlines (`tools/draft_addresses.py`) and is asked of its own documents;
the two others were written without sight of the program, and are asked of all laws and policy documents at once. What
each gave when it was first asked is in docs/decisions.md.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus import Collection
from ingest import ingest
from rag import Assistant
from rag.assembly import assemble
from rag.settings import load_settings
from tests.conftest import LetterEncoder

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
DRAFTED = "address_questions.jsonl"
WRITTEN = ("address_questions_usual.jsonl", "address_questions_drawn.jsonl")
RIGHT = 0.99


def rows_of(*names: str) -> list[dict[str, Any]]:
    return [json.loads(line) for name in names for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Asked:
    """An assistant over the documents of some question files, and their questions."""

    name: str
    assistant: Assistant
    rows: list[dict[str, Any]]


@pytest.fixture(scope="module", params=[(DRAFTED,), WRITTEN], ids=["drafted", "written"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    names: tuple[str, ...] = request.param
    rows = rows_of(*names)
    wanted = {row["file"] for row in rows} - {""}
    there = sorted(path for folder in ("laws", "gov_policy") for path in (SHARED / folder).rglob("*"))
    there = [path for path in there if path.suffix in (".md", ".txt")]
    if not wanted <= {path.name for path in there}:
        pytest.skip("no public data at ../shared/data: the address questions were not asked")
    paths = [path for path in there if path.name in wanted] if names == (DRAFTED,) else there
    with Collection.open(tmp_path_factory.mktemp("index"), encoder=LetterEncoder(), writable=True) as collection:
        ingest(paths, collection)
        yield Asked(
            "drafted" if names == (DRAFTED,) else "written", Assistant(assemble(collection, load_settings())), rows
        )


def test_the_sets_are_large_enough() -> None:
    for names in ((DRAFTED,), WRITTEN):
        rows = rows_of(*names)
        assert sum(bool(row["addresses"]) for row in rows) >= 150
        assert sum(not row["addresses"] for row in rows) >= 50


def test_address_questions_lead_to_the_right_part(asked: Asked, figure: list[str]) -> None:
    held = {held.id: Path(held.path).name for held in asked.assistant.collection.held()}
    rows = [row for row in asked.rows if row["addresses"]]
    wrong = []
    for row in rows:
        found = asked.assistant.find(row["question"])[0].structural[: len(row["addresses"])]
        places = [(held[hit.document_id], str(hit.address)) for hit in found]
        if places != [(row["file"], address) for address in row["addresses"]]:
            wrong.append((row, places))
    figure.append(f"address questions, {asked.name}: {len(rows) - len(wrong)} of {len(rows)} right")
    assert len(wrong) <= (1 - RIGHT) * len(rows), wrong


def test_absent_addresses_are_refused_as_such(asked: Asked, figure: list[str]) -> None:
    rows = [row for row in asked.rows if not row["addresses"]]
    answers = [(row["question"], asked.assistant.ask(row["question"])) for row in rows]
    wrong = [
        (question, answer.text)
        for question, answer in answers
        if answer.refusal is None or answer.refusal.reason != "no_such_address"
    ]
    figure.append(f"absent addresses, {asked.name}: {len(rows) - len(wrong)} of {len(rows)} refused as such")
    assert not wrong
