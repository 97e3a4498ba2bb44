"""Follow-ups over eleven real documents: what was asked last is found, as far as it was when this was measured.

`conversations_dev.jsonl` served to make the rules; `conversations.jsonl` was written without sight of the program, by
somebody who did not make them. A conversation is right if its last question is answered from the right document with a
quotation that holds the gold words, or refused where the documents do not say.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus import Collection
from corpus.embedding import Encoder
from corpus.normalize import fold
from ingest import ingest
from rag import Answer, Assistant
from tests.conftest import ROOT, SEED

DATA = Path(__file__).parent / "data"
SHARED = ROOT.parent / "shared"
#: What was reached, less two conversations, which another processor may read otherwise.
REACHED = {"conversations_dev.jsonl": 24, "conversations.jsonl": 67}


def rows_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    paths = [SEED, *(SHARED / name for name in rows_of("conversations.jsonl")[0]["files"])]
    if not all(path.is_file() for path in paths):
        pytest.skip("no public data at ../shared/data: conversations were not held")
    folder = tmp_path_factory.mktemp("held")
    with Collection.open(folder, encoder=encoder, writable=True) as collection:
        assert not ingest(paths, collection).failed
    assistant = Assistant.open(folder)
    yield assistant
    assistant.close()


def bare(text: str) -> str:
    return "".join(fold(text).split())


def is_right(row: dict[str, Any], answer: Answer, names: dict[str, str]) -> bool:
    if not row["answerable"]:
        return answer.status == "refused"
    document = names[Path(row["file"]).name]
    quotes = [bare(c.quote) for c in answer.citations if c.document_id == document]
    return any(bare(gold) in quote for gold in row["answers"] for quote in quotes)


@pytest.mark.model
@pytest.mark.parametrize("name", REACHED)
def test_follow_ups_find_what_was_asked_last(held: Assistant, name: str, figure: list[str]) -> None:
    names = {Path(document.path).name: document.id for document in held.collection.documents()}
    rows = rows_of(name)[1:]
    right = sum(
        is_right(row, held.converse([each["question"] for each in row["history"]], row["question"]), names)
        for row in rows
    )
    figure.append(f"{name}: {right} of {len(rows)} conversations right")
    assert right >= REACHED[name]
