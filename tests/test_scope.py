"""The documents that a question is held to by what it says of them, or by what its asker sets."""

from pathlib import Path

import pytest

from corpus import Collection
from corpus.embedding import Encoder
from corpus.errors import InputError
from corpus.normalize import fold
from ingest import ingest
from rag import Assistant
from rag.__main__ import main
from rag.assembly import assemble
from rag.filters import Choices, Conditions, choices, matching, read_conditions
from rag.serve.bounds import Bounds
from rag.serve.texts import texts
from rag.settings import Answering, Settings, load_settings
from tests.conftest import LetterEncoder

NOTICE = (
    "{0}关于印发{1}补贴管理办法的通知\n{2}〔{3}〕6号\n第一条 每月补贴{4}元。\n第二条 本办法自{3}年7月1日起施行。\n"
    "{0}\n{3}年5月6日\n"
)
FILES = {
    "甲": NOTICE.format("江北市人民政府", "创业", "江政", 2024, 300),
    "乙": NOTICE.format("江南市人民政府", "住房", "南政", 2023, 500),
    "丙": NOTICE.format("江北市人民政府", "养老", "江政", 2022, 200),
}
ISSUERS = frozenset({"江北市人民政府", "江南市人民政府"})


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, index = tmp_path_factory.mktemp("documents"), tmp_path_factory.mktemp("index")
    for name, text in FILES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with Collection.open(index, encoder=LetterEncoder(), writable=True) as collection:
        ingest([folder], collection)
    return index


@pytest.mark.parametrize(
    ("question", "conditions"),
    [
        ("2024年江北市人民政府印发的文件里补贴是多少", Conditions("江北市人民政府", "2024")),
        ("江北市人民政府发布的办法里补贴是多少", Conditions("江北市人民政府", kind="办法")),
        ("2023年出台的政策讲了什么", Conditions(year="2023")),
        ("现行有效的办法怎么规定补贴", Conditions(kind="办法", in_force=True)),
        ("已废止的文件有什么", Conditions(in_force=False)),
        ("火星市人民政府发布的办法", Conditions()),
        ("补贴是多少", Conditions()),
    ],
)
def test_what_a_question_says_of_documents_is_read(question: str, conditions: Conditions) -> None:
    assert read_conditions(fold(question), ISSUERS)[0] == conditions


@pytest.mark.parametrize(
    ("conditions", "titles"),
    [
        (Conditions(issuer="江北市人民政府"), "创养"), (Conditions(year="2023"), "住"),
        (Conditions(kind="通知"), "创住养"),
        (Conditions(region="江南"), "住"), (Conditions(year="1999"), ""), (Conditions(in_force=True), "创住养"),
        (Conditions(in_force=False), ""), (Conditions("江北市人民政府", "2022"), "养"),
    ],
)  # fmt: skip
def test_documents_are_chosen_by_what_is_known_of_them(index: Path, conditions: Conditions, titles: str) -> None:
    with Collection.open(index, encoder=LetterEncoder()) as collection:
        ids = matching(collection.catalog, conditions, None)
        found = {collection.catalog.title(id_).partition("印发")[2][:1] for id_ in ids}
    assert found == set(titles)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("2024年江北市人民政府印发的文件里补贴是多少", "300元"), ("2023年印发的办法里补贴是多少", "500元"),
        ("江北市人民政府2022年印发的文件第一条", "200元"), ("江北市人民政府在2022年印发的文件里补贴是多少", "200元"),
    ],
)  # fmt: skip
def test_a_question_is_asked_of_the_documents_that_it_describes(index: Path, question: str, words: str) -> None:
    with Collection.open(index, encoder=LetterEncoder()) as collection:
        hits, _ = Assistant(assemble(collection, load_settings())).search(question)
        [document] = {hit.document_id: collection.document(hit.document_id) for hit in hits}.values()
    assert words in document.text


@pytest.mark.model
def test_the_door_holds_a_question_to_documents(seed_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["ask", "保障措施有哪几条", "--index", str(seed_index)]
    assert main([*asked, "--document", "指导意见"]) == 0
    assert "共6项" in capsys.readouterr().out
    assert main([*asked, "--year", "1999"]) == 2
    assert "没有符合这些条件的文件" in capsys.readouterr().err


def test_the_fields_of_the_window_hold_a_question_to_documents(index: Path) -> None:
    with Collection.open(index, encoder=LetterEncoder()) as collection:
        by_title = {collection.catalog.title(id_): id_ for id_ in collection.catalog.at(None)}
        [housing] = [id_ for title, id_ in by_title.items() if "住房" in title]
        nothing = Bounds.of((None, "", None, "", "", False, None))
        assert nothing == Bounds()
        assert nothing.filter(collection).documents is None
        assert nothing.said(collection, texts("zh")) == ""
        north = Bounds.of(([], "江北市人民政府", "2024", "", "", True, " 2024-08-01 "))
        assert len(north.filter(collection).documents or ()) == 1
        assert north.said(collection, texts("zh")) == "江北市人民政府 · 2024 · 现行有效 · 截至日期 2024-08-01"
        assert Bounds.of(([housing], "", "", "", "", False, "")).filter(collection).documents == frozenset({housing})
        with pytest.raises(InputError, match="没有符合这些条件的文件"):
            Bounds(documents=(housing,), issuer="江北市人民政府").filter(collection)
        with pytest.raises(InputError, match="不是日期"):
            Bounds(as_of="去年").filter(collection)


def test_what_there_is_to_choose_from_comes_from_the_documents(index: Path) -> None:
    with Collection.open(index, encoder=LetterEncoder()) as collection:
        assert choices(collection.catalog) == Choices(
            ("江北市人民政府", "江南市人民政府"), ("2024", "2023", "2022"), ("通知",), ("江北市", "江南市"),
        )  # fmt: skip


@pytest.mark.model
def test_what_is_asked_of_a_place_is_looked_for_in_its_documents(tmp_path: Path, encoder: Encoder) -> None:
    for number, kind in enumerate("临时 医疗 教育 住房 就业 受灾 流浪 特困 低保 司法 急难 支出".split()):
        body = f"第一条 本办法适用于{kind}救助。\n第二条 {kind}救助的审核结果应当公示，临时救助公示期为七天。\n"
        (tmp_path / f"{number}.txt").write_text(f"{kind}救助暂行办法\n{body}", encoding="utf-8")
    own = "第一条 为了规范工作，制定本细则。\n第二条 临时救助的结果在申请地张贴，时间为十二日。\n"
    (tmp_path / "own.txt").write_text(f"广州市困难群众帮扶细则\n{own}", encoding="utf-8")
    with Collection.open(tmp_path / "index", encoder=encoder, writable=True) as collection:
        assert not ingest([tmp_path], collection).failed
        # What is said of all places is all that the first search brings up.
        assistant = Assistant(assemble(collection, Settings(answering=Answering(parts=1))))
        answer = assistant.ask("广州市临时救助的审核结果公示多少天？")
        assert answer.status == "answered"
        assert "十二日" in answer.citations[0].quote
        # No document is of that place: what holds elsewhere is no answer.
        refused = assistant.ask("深圳市临时救助的审核结果公示多少天？")
        assert refused.refusal is not None
        assert refused.refusal.missing_terms == ("深圳市",)
