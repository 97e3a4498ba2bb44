"""Two sets of conversations over eleven documents, and the rules of reading follow-ups over small documents.

An answer is right where it comes from the right document with a quote that holds one of the gold answers, or where a
question that cannot be answered is refused. `conversations_dev.jsonl` is for working, `conversations.jsonl` for
reporting: its first figure, 55 of 90, was taken before any of it was looked at.
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
from rag.__main__ import main
from rag.assembly import assemble
from rag.settings import load_settings
from tests.conftest import ROOT, LetterEncoder

SHARED = ROOT.parent / "shared"
#: What was reached, less a margin for what other changes move.
REACHED = {"conversations_dev": 24, "conversations": 64}


def rows(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "data" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Assistant]:
    head = rows("conversations_dev")[0]
    files = [SHARED / name for name in (*head["files"], head["seed"])]
    if not all(file.is_file() for file in files):
        pytest.skip(f"no public data at {SHARED}: the conversations were not asked")
    index = tmp_path_factory.mktemp("conversations")
    with Collection.open(index, encoder=encoder, writable=True) as collection:
        assert not ingest(files, collection).failed
    assistant = Assistant.open(index)
    yield assistant
    assistant.close()


def squeezed(text: str) -> str:
    return "".join(fold(text).split())


def right(row: dict[str, Any], answer: Answer, ids: dict[str, str]) -> bool:
    if not row["answerable"]:
        return answer.status == "refused"
    document = ids[Path(row["file"]).name]
    return any(
        citation.document_id == document and any(squeezed(gold) in squeezed(citation.quote) for gold in row["answers"])
        for citation in answer.citations
    )


@pytest.mark.model
@pytest.mark.parametrize("name", list(REACHED))
def test_conversations_are_answered_as_well_as_before(several: Assistant, name: str, figure: list[str]) -> None:
    ids = {Path(document.path).name: document.id for document in several.collection.documents()}
    asked = rows(name)[1:]
    followed = [
        right(row, several.converse([turn["question"] for turn in row["history"]], row["question"]), ids)
        for row in asked
    ]
    alone = [right(row, several.ask(row["standalone"]), ids) for row in asked]
    figure.append(f"{name}: right {sum(followed)} of {len(asked)}; asked in full {sum(alone)}")
    assert sum(followed) >= REACHED[name]


@pytest.mark.model
def test_a_question_that_stands_alone_is_never_read_from_before(several: Assistant) -> None:
    """Of the changes of topic in both sets none is touched."""
    touched = [
        row["id"]
        for name in REACHED
        for row in rows(name)[1:]
        if row["kind"] == "topic-change"
        and several.converse([turn["question"] for turn in row["history"]], row["question"]).reading is not None
    ]
    assert touched == []


ORDER = (
    "# 江北市公园管理条例\n\n第一条 为了加强公园管理，制定本条例。\n\n第二条 公园由市园林局和市城管局管理。\n\n"
    "第三条 禁止在公园内下列行为：\n（一）采摘花木；\n（二）捕捉动物；\n（三）生火烧烤，经批准的烧烤区除外。\n\n"
    "第四条 违反第三条规定的，由市城管局责令改正，处二百元以下罚款。\n\n第五条 本条例自2024年5月1日起施行。\n"
)
NOTICE = (
    "江北市人民政府关于城乡养老补贴标准的通知\n江政〔2025〕8号\n\n一、补贴标准\n城镇老年人每人每月300元，"
    "农村老年人每人每月200元。\n二、发放方式\n补贴由街道办事处按月发放。\n三、有效期\n本通知有效期三年。\n"
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder, index = tmp_path_factory.mktemp("documents"), tmp_path_factory.mktemp("index")
    (folder / "甲.md").write_text(ORDER, encoding="utf-8")
    (folder / "乙.txt").write_text(NOTICE, encoding="utf-8")
    with Collection.open(index, encoder=LetterEncoder(), writable=True) as collection:
        ingest([folder], collection)
    with Collection.open(index, encoder=LetterEncoder()) as collection:
        yield Assistant(assemble(collection, load_settings()))


PARK, NOTE = "《江北市公园管理条例》", "《江北市人民政府关于城乡养老补贴标准的通知》"
READINGS = [
    (["江北市公园管理条例第二条讲什么"], "那第四条呢？", f"{PARK}第四条是什么？"),
    (["江北市公园管理条例第二条讲什么"], "下一条呢", f"{PARK}第三条说的是什么？"),
    (["江北市公园管理条例第二条讲什么"], "最后一条讲什么", f"{PARK}第五条讲什么？"),
    (["江北市公园管理条例第三条第（一）项"], "那第二项呢？", f"{PARK}第三条第（二）项是什么？"),
    (["江北市公园管理条例第三条第（一）项"], "同一条还规定了什么？", f"{PARK}第三条同一条还规定了什么？"),
    (["江北市公园管理条例第四条"], "该条例什么时候施行？", f"{PARK}什么时候施行?"),
    (["江北市公园管理条例第四条", "养老补贴标准的通知二、"], "回到刚才那部条例，第二条呢", f"{PARK}第二条是什么？"),
    (["江北市公园管理条例第四条", "江政〔2025〕8号第二部分"], "第一份文件里禁止哪些行为？", f"{PARK}禁止哪些行为?"),
    (["江政〔2025〕8号第一部分"], "该通知的有效期多长？", f"{NOTE}有效期多长?"),
]  # fmt: skip


@pytest.mark.parametrize(("history", "question", "standalone"), READINGS)
def test_a_follow_up_is_made_to_stand_alone(two: Assistant, history: list[str], question: str, standalone: str) -> None:
    answer = two.converse(history, question)
    assert answer.standalone_question == standalone
    assert answer.reading is not None
    assert answer.reading.startswith("按上文理解为：")


def test_an_exchanged_word_keeps_the_question(two: Assistant) -> None:
    answer = two.converse(["城镇老年人每人每月补贴多少元"], "那农村呢？")
    assert "农村老年人每人每月补贴多少元" in answer.standalone_question


def test_what_the_document_does_not_speak_of_is_asked_for_to_the_letter(two: Assistant) -> None:
    answer = two.converse(["城镇老年人每人每月补贴多少元"], "那残疾人呢？")
    assert "“残疾人”" in answer.standalone_question
    assert answer.status == "refused"


def test_the_former_and_the_latter_are_what_the_question_named(two: Assistant) -> None:
    history = ["江北市公园管理条例中市园林局和市城管局分别做什么"]
    assert "市城管局处多少罚款" in two.converse(history, "后者处多少罚款").standalone_question
    assert "市园林局处多少罚款" in two.converse(history, "前者处多少罚款").standalone_question


@pytest.mark.parametrize("question", ["江政〔2025〕8号第二部分", "养老补贴由谁按月发放？", "你好"])
def test_a_question_that_says_all_itself_is_left_alone(two: Assistant, question: str) -> None:
    answer = two.converse(["江北市公园管理条例第四条"], question)
    assert answer.reading is None
    assert answer.standalone_question == question


def test_a_question_can_be_asked_as_it_was_typed(two: Assistant) -> None:
    turn = two.turn(two.ask("江北市公园管理条例第二条讲什么"))
    assert two.ask("那第四条呢？", [turn]).reading is not None
    literal = two.ask("那第四条呢？", [turn], literal=True)
    assert literal.reading is None
    assert literal.standalone_question == "那第四条呢？"
    assert literal == two.ask("那第四条呢？", literal=True) or literal.citations == two.ask("那第四条呢？").citations


def test_a_turn_remembers_what_was_typed_and_quoted(two: Assistant) -> None:
    turn = two.turn(two.ask("江北市公园管理条例第二条讲什么"))
    assert turn.question == "江北市公园管理条例第二条讲什么"
    assert turn.labels == (f"{PARK}第二条",)
    assert "市园林局" in turn.quotes[0]
    assert len(turn.documents) == 1


@pytest.mark.model
def test_english_follow_ups_are_told_in_english(assistant: Assistant) -> None:
    answer = assistant.converse(["What does section 3 of the main tasks say?"], "what about the next one?")
    assert answer.reading is not None
    assert answer.reading.startswith("Read as: ")


@pytest.mark.model
@pytest.mark.parametrize("word", ["/原问", "/undo"])
def test_the_chat_asks_the_last_question_again_as_typed(
    seed_index: Path, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter(["保障措施的第一条是什么？", "那第六条呢？", word, ""])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    assert main(["chat", "--index", str(seed_index)]) == 0
    shown = capsys.readouterr()
    assert "/原问" in shown.err
    assert shown.out.count("按上文理解为") == 1
    assert "按原话再问" in shown.out


@pytest.mark.model
def test_the_chat_says_that_there_is_nothing_to_ask_again(
    seed_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter(["/undo", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    assert main(["chat", "--index", str(seed_index)]) == 0
    assert "还没有问过问题" in capsys.readouterr().err
