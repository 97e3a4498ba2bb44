"""Versions: recognised, kept, compared, in force or not, and corrected by hand without being forgotten."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus import Collection, InputError, Metadata
from corpus.catalog import Catalog, same_document
from corpus.embedding import Kind, Vectors
from ingest import ingest, sync
from ingest.corrections import export_metadata, import_metadata
from ingest.diff import compare
from ingest.reading import understand
from tests.conftest import LetterEncoder

ARTICLES = ["第一条　为了规范管理，制定本办法。", "第二条　补贴标准为每月200元。", "第三条　申请人应当提交身份证明。"]


class CountingEncoder(LetterEncoder):
    """The letter encoder, which remembers how many texts it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        self.texts += len(texts)
        return super().encode(texts, kind)


def measure(folder: Path, name: str, articles: Sequence[str], year: int, more: str = "") -> Path:
    """A 办法 of one title in its wording of a year."""
    path = folder / f"{name}.txt"
    body = "\n".join(articles)
    signed = f"某某市人民政府\n{year}年3月1日\n"
    path.write_text(f"某某市补贴管理办法\n{body}\n本办法自{year}年4月1日起施行。{more}\n{signed}", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "documents"
    inside.mkdir()
    return inside


def opened(folder: Path, encoder: LetterEncoder | None = None) -> Collection:
    return Collection.open(folder.parent / "index", encoder=encoder or LetterEncoder(), writable=True)


def test_a_later_wording_is_a_version_and_the_earlier_one_stays(folder: Path) -> None:
    measure(folder, "2020", ARTICLES, 2020)
    measure(folder, "2024", [ARTICLES[0], ARTICLES[1].replace("200", "300"), ARTICLES[2]], 2024)
    with opened(folder) as collection:
        report = sync(folder, collection)
        assert [outcome.status for outcome in report.documents] == ["added", "updated"]
        [newest] = collection.documents()
        assert "300元" in newest.text
        assert newest.id == f"{newest.lineage}@2"
        [then] = collection.documents("2021-06-01")
        assert "200元" in then.text
        assert collection.documents("2019-01-01") == ()
        assert [o.status for o in sync(folder, collection).documents] == ["unchanged", "unchanged"]


def test_the_order_in_which_versions_are_added_does_not_matter(folder: Path) -> None:
    late = measure(folder, "b", [*ARTICLES, "第四条　另行通知。"], 2024)
    early = measure(folder, "a", ARTICLES, 2020)
    with opened(folder) as collection:
        ingest([late], collection)
        ingest([early], collection)
        assert [document.metadata.effective for document in collection.documents()] == ["2024-04-01"]
        assert [d.metadata.effective for d in collection.documents("2022-01-01")] == ["2020-04-01"]


def test_words_that_stay_keep_their_vectors(folder: Path) -> None:
    encoder = CountingEncoder()
    with opened(folder, encoder) as collection:
        # The words whose vectors have something in common are embedded once for a new index.
        encoder.texts = 0
        ingest([measure(folder, "a", ARTICLES, 2020)], collection)
        before, encoder.texts = encoder.texts, 0
        changed = [ARTICLES[0], ARTICLES[1].replace("200", "300"), ARTICLES[2]]
        ingest([measure(folder, "b", changed, 2024)], collection)
    # Article 2, the closing sentence in article 3, and the signature say something else.
    assert before == 5
    assert encoder.texts == 3


def test_removing_a_file_removes_its_version_alone(folder: Path) -> None:
    early, _ = measure(folder, "a", ARTICLES, 2020), measure(folder, "b", ARTICLES[:2], 2024)
    with opened(folder) as collection:
        sync(folder, collection)
        early.unlink()
        report = sync(folder, collection)
        assert [outcome.status for outcome in report.documents] == ["unchanged", "removed"]
        assert [document.metadata.effective for document in collection.documents()] == ["2024-04-01"]


def test_a_file_changed_in_place_keeps_what_it_said(folder: Path) -> None:
    with opened(folder) as collection:
        ingest([measure(folder, "a", ARTICLES, 2020)], collection)
        ingest([measure(folder, "a", ARTICLES[:2], 2024)], collection)
        sync(folder, collection)
        assert len(collection.held()) == 2
        assert "第三条" in collection.documents("2020-06-01")[0].text


def test_two_files_that_nothing_orders_are_not_taken_for_versions(folder: Path) -> None:
    one, other = measure(folder, "a", ARTICLES, 2020), measure(folder, "b", ARTICLES[:2], 2020)
    with opened(folder) as collection:
        [_, second] = ingest([one, other], collection).documents
        assert second.status == "rejected"
        assert "分不出先后" in str(second.error)


def test_generic_titles_of_two_years_are_two_documents() -> None:
    one = Metadata("政府工作报告", issuer="国务院", dated="2023-03-05")
    assert not same_document(one, Metadata("政府工作报告", issuer="国务院", dated="2024-03-05"))
    assert same_document(one, Metadata("政府工作报告", issuer="国务院", dated="2023-03-06"))
    catalog = Catalog({})
    catalog.put(catalog.new_id(one, None), one)
    later = Metadata("政府工作报告", issuer="国务院", dated="2024-03-05")
    assert catalog.lineage_for(later) is None
    assert catalog.new_id(later, None) not in catalog.at(None)


def test_the_same_number_is_the_same_document_whatever_its_title() -> None:
    one = Metadata("关于做好某事的通知", reference="皖政〔2020〕5号")
    assert same_document(one, Metadata("关于做好 某事工作的通知", reference="皖政[2020]5号"))
    assert not same_document(one, Metadata("关于做好某项工作的通知", reference="皖政〔2020〕6号"))


OLD = Metadata("某市旧办法", effective="2010-01-01", reference="某政〔2010〕1号")
LAW = Metadata("中华人民共和国某法", effective="2000-01-01")


def standing(day: str, *others: Metadata, of: Metadata = OLD) -> str:
    catalog = Catalog({"old": of, **{f"new{n}": other for n, other in enumerate(others)}})
    return catalog.standing("old", day).validity


@pytest.mark.parametrize(
    ("day", "expected"), [("2009-12-31", "not_yet"), ("2010-01-01", "in_force"), ("2024-01-01", "in_force")]
)
def test_a_document_holds_from_its_day_on(day: str, expected: str) -> None:
    assert standing(day) == expected


def test_a_repeal_holds_from_the_day_of_the_repealing_document() -> None:
    new = Metadata("某市新办法", effective="2020-01-01", repeals=("《某市旧办法》（某政〔2010〕1号）",))
    assert standing("2019-12-31", new) == "in_force"
    assert standing("2020-01-01", new) == "repealed"
    told = Catalog({"old": OLD, "new": new}).standing("old", "2024-01-01")
    assert (told.by, told.why) == ("new", "《某市新办法》废止《某市旧办法》（某政〔2010〕1号）")


def test_a_repeal_names_a_law_with_or_without_the_country() -> None:
    assert standing("2024-01-01", Metadata("新法", effective="2020-01-01", repeals=("《某法》",)), of=LAW) == "repealed"


def test_a_decision_on_amendment_amends() -> None:
    decision = Metadata("全国人大常委会关于修改《中华人民共和国某法》的决定", dated="2018-01-01")
    assert standing("2024-01-01", decision, of=LAW) == "amended"
    assert standing("2017-01-01", decision, of=LAW) == "in_force"


def test_what_has_run_out_or_tells_nothing() -> None:
    assert standing("2024-01-01", of=Metadata("试行办法", effective="2020-01-01", expires="2022-12-31")) == "repealed"
    assert standing("2024-01-01", of=Metadata("某通知", dated="2020-01-01")) == "unknown"


def texts_of(folder: Path, before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str | None, str | None]]:
    old = understand(measure(folder, "old", before, 2020)).document
    new = understand(measure(folder, "new", after, 2020)).document
    return [
        (c.kind, str(c.old) if c.old else None, str(c.new) if c.new else None)
        for c in compare(old, new)
        if "第" in str(c.new or c.old)
    ]


def test_an_article_put_in_renumbers_and_changes_nothing_else(folder: Path) -> None:
    moved = [ARTICLES[1].replace("第二条", "第三条"), ARTICLES[2].replace("第三条", "第四条")]
    after = [ARTICLES[0], "第二条　市民政局负责本办法的实施。", *moved, "第五条　其他。"]
    assert texts_of(folder, [*ARTICLES, "第四条　其他。"], after) == [
        ("added", None, "第二条"),
        ("renumbered", "第二条", "第三条"),
        ("renumbered", "第三条", "第四条"),
        ("renumbered", "第四条", "第五条"),
    ]


def test_changed_words_are_marked_and_join_to_both_texts(folder: Path) -> None:
    old = understand(measure(folder, "old", ARTICLES, 2020)).document
    new = understand(
        measure(folder, "new", [ARTICLES[0], ARTICLES[1].replace("200", "300"), ARTICLES[2]], 2020)
    ).document
    [change] = compare(old, new)
    assert [words for kind, words in change.words if kind != "same"] == ["200", "300"]
    said = "".join(words for kind, words in change.words if kind != "added")
    assert said == "补贴标准为每月200元。"


def test_metadata_goes_out_and_comes_back_corrected_for_good(folder: Path) -> None:
    path = measure(folder, "a", ARTICLES, 2020)
    table = folder.parent / "信息.csv"
    with opened(folder) as collection:
        ingest([path], collection)
        rows = list(csv.DictReader(io.StringIO(export_metadata(collection))))
        assert (rows[0]["title"], rows[0]["dated"]) == ("某某市补贴管理办法", "2020-03-01")
        table.write_text(
            f"document_id,title,reference,dated\n{rows[0]['document_id']},某某市补贴办法,某政〔2020〕8号,2020/3/2\n",
            "utf-8-sig",
        )
        [(id_, fields)] = import_metadata(table, collection)
        assert (id_, fields) == (rows[0]["document_id"], ["dated", "reference", "title"])
        assert import_metadata(table, collection) == []
        measure(folder, "a", ARTICLES[:2], 2020)
        [outcome] = ingest([path], collection).documents
        assert outcome.status == "updated"
        metadata = collection.documents()[0].metadata
        assert (metadata.title, metadata.reference, metadata.dated) == (
            "某某市补贴办法",
            "某政〔2020〕8号",
            "2020-03-02",
        )
        assert metadata.corrected == ("dated", "reference", "title")
        assert [o.status for o in ingest([path], collection).documents] == ["unchanged"]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("title\n某\n", "缺少 document_id"),
        ("document_id,标题\nx,某\n", "不认识 标题"),
        ("document_id,title\nnobody,某\n", "第 2 行：没有编号为 nobody"),
        ("document_id,title\n{id},\n", "第 2 行：标题不能为空"),
        ("document_id,dated\n{id},去年\n", "第 2 行：成文日期 '去年' 不是日期"),
    ],
)
def test_a_table_that_cannot_be_used_changes_nothing(folder: Path, table: str, says: str) -> None:
    path = folder.parent / "信息.csv"
    with opened(folder) as collection:
        ingest([measure(folder, "a", ARTICLES, 2020)], collection)
        [document] = collection.documents()
        path.write_text(table.replace("{id}", document.id), encoding="utf-8")
        with pytest.raises(InputError, match=says):
            import_metadata(path, collection)
        assert collection.documents()[0] == document
