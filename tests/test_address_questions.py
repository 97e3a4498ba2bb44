"""Address questions over public laws and policy documents: 99 % lead to the right part, the absent ones to none."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Collection
from ingest import ingest
from rag import Assistant
from rag.assembly import assemble
from rag.settings import load_settings
from tests.conftest import LetterEncoder

QUESTIONS = Path(__file__).parent / "data" / "address_questions.jsonl"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
ROWS = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
RIGHT = 0.99


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    wanted = {row["file"] for row in ROWS} - {""}
    paths = [path for folder in ("laws", "gov_policy") for path in (SHARED / folder).rglob("*") if path.name in wanted]
    if len(paths) < len(wanted):
        pytest.skip("no public data at ../shared/data: the address questions were not asked")
    with Collection.open(tmp_path_factory.mktemp("index"), encoder=LetterEncoder(), writable=True) as collection:
        ingest(paths, collection)
        yield Assistant(assemble(collection, load_settings()))


def test_the_set_is_large_enough() -> None:
    assert sum(bool(row["addresses"]) for row in ROWS) >= 150
    assert sum(not row["addresses"] for row in ROWS) >= 50


def test_address_questions_lead_to_the_right_part(opened: Assistant, figure: list[str]) -> None:
    held = {held.id: Path(held.path).name for held in opened.collection.held()}
    asked = [row for row in ROWS if row["addresses"]]
    wrong = []
    for row in asked:
        found = opened.find(row["question"])[0].structural[: len(row["addresses"])]
        places = [(held[hit.document_id], str(hit.address)) for hit in found]
        if places != [(row["file"], address) for address in row["addresses"]]:
            wrong.append((row, places))
    figure.append(f"address questions: {len(asked) - len(wrong)} of {len(asked)} right")
    assert len(wrong) <= (1 - RIGHT) * len(asked), wrong


def test_absent_addresses_are_refused_as_such(opened: Assistant, figure: list[str]) -> None:
    asked = [row for row in ROWS if not row["addresses"]]
    answers = [(row["question"], opened.ask(row["question"])) for row in asked]
    wrong = [
        (question, answer.text)
        for question, answer in answers
        if answer.refusal is None or answer.refusal.reason != "no_such_address"
    ]
    figure.append(f"absent addresses: {len(asked) - len(wrong)} of {len(asked)} refused as such")
    assert not wrong
