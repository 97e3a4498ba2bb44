"""What must hold on real documents by the hundred: laws, policy documents, files of every format.

The data is not part of the project; where it is absent these tests are skipped aloud.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.address import Address, Level
from corpus.errors import LoadError
from ingest.loaders import SUFFIXES
from ingest.reading import Understood, understand
from ingest.segment import uncovered
from tests.conftest import ROOT

DATA = ROOT.parent / "shared" / "data"
#: Laws whose number of articles is another than the index says, and why.
KNOWN_COUNTS = {
    "法律__诉讼与非诉讼程序法__刑事诉讼法(2018-10-26).md": (308, "the law has 308 articles; the index missed one"),
    "法律__民法商法__农民专业合作社法(2017-12-27).md": (74, "the law has 74 articles; one is printed as 笫五十四条"),
}


def rows(folder: str) -> Iterator[tuple[dict[str, str], Path]]:
    """What is known of each document in a folder, with its file."""
    if not (DATA / folder / "index.jsonl").is_file():
        pytest.skip(f"no public data at {DATA / folder}: it was not tried")
    for line in (DATA / folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = row.get("file") or Path(row["path"]).name
        path = next((p for p in (DATA / folder / name, DATA / folder / "txt" / name) if p.is_file()), None)
        if path:
            yield row, path


@pytest.fixture(scope="module")
def policy() -> dict[str, tuple[dict[str, str], Understood]]:
    return {row["id"]: (row, understand(path)) for row, path in rows("gov_policy")}


@pytest.fixture(scope="module")
def laws() -> list[tuple[dict[str, str], Path, Understood]]:
    return [(row, path, understand(path)) for row, path in rows("laws")]


def whole(understood: Understood) -> None:
    """The parts in order are the text again, each with an address of its own; the segments hold all of it."""
    document = understood.document
    assert "".join(document.text[part.start : part.own_end] for part in document.parts) == document.text
    assert len({part.address for part in document.parts}) == len(document.parts)
    for part in document.parts:
        assert Address.parse(str(part.address)) == part.address
        assert part.start <= part.heading_start <= part.heading_end <= part.end
    assert uncovered(document.text, understood.segments) == 0


def test_every_law_is_whole(laws: list[tuple[dict[str, str], Path, Understood]]) -> None:
    for _, _, understood in laws:
        whole(understood)


def test_every_policy_document_is_whole(policy: dict[str, tuple[dict[str, str], Understood]]) -> None:
    assert policy
    for _, understood in policy.values():
        whole(understood)


def test_every_readable_file_is_whole() -> None:
    paths = sorted(path for path in (DATA / "files").rglob("*.*") if path.suffix.lower() in SUFFIXES - {".doc", ".rtf"})
    if not paths:
        pytest.skip(f"no files at {DATA / 'files'}: formats were not tried")
    read = 0
    for path in paths:
        try:
            understood = understand(path)
        except LoadError:  # which ones may be refused is tested with the formats
            continue
        whole(understood)
        read += 1
    assert read >= len(paths) - 2


def test_laws_have_as_many_articles_as_is_known(laws: list[tuple[dict[str, str], Path, Understood]]) -> None:
    different = {}
    for row, path, understood in laws:
        count = sum(part.address.level is Level.ARTICLE for part in understood.document.parts)
        if count != int(row["articles"]):
            different[path.name] = count
    assert different == {name: count for name, (count, _) in KNOWN_COUNTS.items()}
    assert len(different) <= 0.01 * len(laws)


def test_titles_and_references_of_policy_documents(policy: dict[str, tuple[dict[str, str], Understood]]) -> None:
    titles, references = [], []
    for row, understood in policy.values():
        metadata = understood.document.metadata
        # Ten of the known titles are those of web pages, cut short with …; the document gives them whole.
        wanted, title = _plain(row["title"]), _plain(metadata.title)
        titles.append(title.startswith(wanted.rstrip(".")) if wanted.endswith("...") else title == wanted)
        if row["doc_no"]:
            references.append(_plain(metadata.reference or "") == _plain(row["doc_no"]))
    assert sum(titles) >= 0.97 * len(titles)
    assert sum(references) >= 0.97 * len(references)


def test_dates_are_those_that_a_person_reads(policy: dict[str, tuple[dict[str, str], Understood]]) -> None:
    """Held against a table made by reading; the dates that the index knows are those of web pages."""
    lines = (ROOT / "tests" / "data" / "dates.csv").read_text(encoding="utf-8").splitlines()
    table = [row for row in csv.DictReader(line for line in lines if not line.startswith("#")) if row["id"] in policy]
    assert len(table) >= 40
    wrong = []
    for row in table:
        metadata = policy[row["id"]][1].document.metadata
        found = {name: getattr(metadata, name) or "" for name in ("dated", "published", "effective", "expires")}
        wrong += [(row["id"], name, found[name]) for name in found if found[name] != row[name]]
    assert len({id_ for id_, *_ in wrong}) <= 0.1 * len(table), wrong


def test_no_date_comes_after_the_page_that_shows_it(policy: dict[str, tuple[dict[str, str], Understood]]) -> None:
    late = [
        (row["id"], dated)
        for row, understood in policy.values()
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["date"])
        and (dated := understood.document.metadata.dated)
        and dated > row["date"]
    ]
    assert late == []


def _plain(text: str) -> str:
    return re.sub(r"[\s　（）()《》“”〈〉]", "", text)
