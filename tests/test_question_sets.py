"""Question sets in every format that is read: field by field, and a bad place named with its remedy."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corpus import InputError
from corpus.model import Document
from eval.dataset import Question
from eval.formats import load_questions, write_folder
from eval.formats.tables import COLUMNS, write_questions
from eval.gold import settled
from eval.lint import lint
from ingest.rows import Row, read_rows, understand_row

WHOLE = {
    "id": "a", "question": "提出多少条举措？", "answers": ["70条"], "addresses": ["二"], "documents": ["甲"],
    "answerable": True, "history": [{"question": "讲了什么？"}], "slice": "number", "require": "all",
}  # fmt: skip
TEXT = "关于甲的通知\n一、总体要求\n推进社会保障卡应用。\n二、主要任务\n提出70条举措。\n"


def written(folder: Path, *lines: object, name: str = "set.jsonl") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def documents() -> list[Document]:
    return [
        understand_row(Row(id_, title, TEXT.replace("甲", id_))).document for id_, title in (("甲", ""), ("乙", ""))
    ]


class TestLines:
    def test_a_line_is_read_field_by_field(self, tmp_path: Path) -> None:
        [question] = load_questions(written(tmp_path, WHOLE)).questions
        assert question.model_dump(mode="json", exclude_defaults=True) == {
            key: value for key, value in WHOLE.items() if key != "answerable"
        }

    def test_what_a_line_leaves_out_has_a_default(self, tmp_path: Path) -> None:
        [question] = load_questions(written(tmp_path, {"id": "a", "question": "问", "answers": ["答"]})).questions
        assert (question.addresses, question.documents, question.history, question.within) == ((), (), (), ())
        assert (question.answerable, question.slice, question.require, question.synthetic) == (True, "", "any", False)

    def test_questions_keep_their_order_and_empty_lines_are_nothing(self, tmp_path: Path) -> None:
        rows = [{**WHOLE, "id": name} for name in "乙甲丙"]
        found = load_questions(written(tmp_path, "\ufeff" + json.dumps(rows[0]), "", rows[1], "  ", rows[2], ""))
        assert [question.id for question in found.questions] == ["乙", "甲", "丙"]
        assert found.places["丙"] == "set.jsonl 第 5 行"

    @pytest.mark.parametrize(
        ("line", "named"),
        [
            ("{", "不是 JSON"), ("[1]", "请改正这一行"), ({"id": "b", "answers": ["答"]}, "question"),
            ({**WHOLE, "id": "b", "colour": 1}, "colour"), ({**WHOLE, "id": "b", "require": "some"}, "require"),
            ({**WHOLE, "id": "b", "history": [{"text": "问"}]}, r"history\.0"),
            ({**WHOLE, "id": "b", "addresses": ["二/第"]}, "addresses"),
            ({**WHOLE, "id": " "}, "id"), ({**WHOLE, "id": "b", "question": ""}, "question"),
            (WHOLE, "id a 与set.jsonl 第 1 行重复"), ({"id": "b", "question": "问"}, "补上标准答案"),
            ({"id": "b", "question": "问", "answerable": False, "answers": ["答"]}, "请删去答案"),
        ],
    )  # fmt: skip
    def test_a_bad_line_is_named(self, tmp_path: Path, line: object, named: str) -> None:
        """The empty second line counts, so that an editor finds the third."""
        with pytest.raises(InputError, match=rf"set\.jsonl 第 3 行.*{named}") as raised:
            load_questions(written(tmp_path, WHOLE, "", line))
        assert len(str(raised.value).splitlines()) == 1

    def test_invalid_json_on_line_17_is_named(self, tmp_path: Path) -> None:
        lines = [{**WHOLE, "id": str(number)} for number in range(16)]
        with pytest.raises(InputError, match=r"set\.jsonl 第 17 行不是 JSON"):
            load_questions(written(tmp_path, *lines, '{"id": "x", '))

    @pytest.mark.parametrize(("name", "named"), [("absent.jsonl", "请检查路径"), ("set.docx", "目前支持")])
    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path, name: str, named: str) -> None:
        (tmp_path / "set.docx").write_bytes(b"x")
        with pytest.raises(InputError, match=named):
            load_questions(tmp_path / name)

    def test_a_file_in_another_encoding_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "set.jsonl"
        path.write_bytes(json.dumps(WHOLE, ensure_ascii=False).encode("gb18030"))
        with pytest.raises(InputError, match=r"set\.jsonl.*UTF-8"):
            load_questions(path)

    def test_a_set_without_questions_is_refused(self, tmp_path: Path) -> None:
        """Shares of nothing would look like a perfect result."""
        with pytest.raises(InputError, match="没有问题"):
            load_questions(written(tmp_path, "", " "))

    def test_a_sample_is_drawn_by_its_seed_and_keeps_the_order(self, tmp_path: Path) -> None:
        whole = load_questions(written(tmp_path, *({**WHOLE, "id": str(n)} for n in range(30))))
        drawn = [question.id for question in whole.sample(5, 1).questions]
        assert drawn == [question.id for question in whole.sample(5, 1).questions] == sorted(drawn, key=int)
        assert drawn != [question.id for question in whole.sample(5, 2).questions]
        assert len(whole.sample(99, 1).questions) == 30
        assert whole.sample(5, 1).fingerprint != whole.fingerprint


def csv_file(path: Path, rows: list[list[str]]) -> None:
    lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")


def xlsx_file(path: Path, rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


@pytest.mark.parametrize(("suffix", "write"), [(".csv", csv_file), (".xlsx", xlsx_file)])
class TestTables:
    def test_a_row_is_read_field_by_field(
        self, tmp_path: Path, suffix: str, write: Callable[[Path, list[list[str]]], None]
    ) -> None:
        path = tmp_path / f"set{suffix}"
        head = ["id", "question", "answers", "history", "answerable", "slice"]
        write(
            path,
            [
                head,
                ["a", "问", "甲|乙", "前问\n再问", "", "数"],
                ["", "", "", "", "", ""],
                ["b", "谁", "", "", "否", ""],
            ],
        )
        first, second = load_questions(path).questions
        assert (first.answers, [e.question for e in first.history], first.slice) == (
            ("甲", "乙"),
            ["前问", "再问"],
            "数",
        )
        assert (first.answerable, second.answerable) == (True, False)

    @pytest.mark.parametrize(
        ("rows", "named"),
        [
            ([["id", "answers"], ["a", "答"]], "第 1 行缺少列 question"),
            ([["id", "question", "colour"], ["a", "问", "红"]], "第 1 行有不认识的列 colour"),
            ([["id", "question", "answers"], ["a", "问", "答"], ["a", "问", "答"]], "第 3 行的 id a 与.*第 2 行重复"),
            ([["id", "question", "answerable"], ["a", "问", "也许"]], "第 2 行的 answerable 是“也许”"),
            ([["id", "question", "total"], ["a", "问", "六"]], "第 2 行的 total 是“六”"),
            ([["id", "question"]], "没有问题"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_row(
        self,
        tmp_path: Path,
        suffix: str,
        write: Callable[[Path, list[list[str]]], None],
        rows: list[list[str]],
        named: str,
    ) -> None:
        write(tmp_path / f"set{suffix}", rows)
        with pytest.raises(InputError, match=named) as raised:
            load_questions(tmp_path / f"set{suffix}")
        assert len(str(raised.value).splitlines()) == 1

    def test_what_is_written_is_read_again(self, tmp_path: Path, suffix: str, write: object) -> None:
        del write
        questions = [
            Question.model_validate({**WHOLE, "total": 3, "synthetic": True, "within": ["甲"]}),
            Question(id="=1+1", question="=问？", answerable=False),
        ]
        path = tmp_path / f"out{suffix}"
        write_questions(path, questions)
        assert list(load_questions(path).questions) == questions


def test_a_csv_that_a_chinese_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_bytes("id,question,answers\r\na,提出多少条？,70条\r\n".encode("gb18030"))
    assert load_questions(path).questions[0].answers == ("70条",)


def test_a_broken_spreadsheet_is_named(tmp_path: Path) -> None:
    (tmp_path / "set.xlsx").write_bytes(b"PK not a zip")
    with pytest.raises(InputError, match=r"set\.xlsx 不是能读的 XLSX"):
        load_questions(tmp_path / "set.xlsx")


def test_a_set_is_written_by_its_suffix(tmp_path: Path) -> None:
    question = Question.model_validate(WHOLE)
    write_questions(tmp_path / "out.jsonl", [question])
    assert load_questions(tmp_path / "out.jsonl").questions == (question,)
    with pytest.raises(InputError, match="后缀"):
        write_questions(tmp_path / "out.txt", [question])
    assert set(COLUMNS) == set(Question.model_fields) - {"grades"}


SQUAD: dict[str, Any] = {
    "data": [
        {
            "title": "甲",
            "paragraphs": [
                {
                    "id": "p1",
                    "context": "提出70条举措。",
                    "qas": [
                        {
                            "id": "q1",
                            "question": "多少条？",
                            "answers": [{"text": "70条", "answer_start": 2}, {"text": "70条"}],
                        },
                        {"id": "q2", "question": "多少人？", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ]
}


class TestSquad:
    def test_paragraphs_are_the_corpus_and_the_gold(self, tmp_path: Path) -> None:
        found = load_questions(written(tmp_path, SQUAD, name="dev.json"))
        assert [(row.id, row.title, row.text) for row in found.texts] == [("p1", "甲", "提出70条举措。")]
        first, second = found.questions
        assert (first.answers, first.documents) == (("70条",), ("p1",))
        assert (second.answerable, second.documents) == (False, ())

    def test_cmrcs_own_release_is_read(self, tmp_path: Path) -> None:
        article = {
            "context_id": "TRIAL_1", "context_text": "文", "title": "题",
            "qas": [{"query_id": "Q1", "query_text": "问？", "answers": ["文"]}],
        }  # fmt: skip
        found = load_questions(written(tmp_path, json.dumps([article]), name="trial.json"))
        assert found.texts[0].id == found.questions[0].documents[0] == "TRIAL_1"

    @pytest.mark.parametrize(
        ("value", "named"),
        [
            ("{", "不是 JSON"),
            ({"rows": []}, "不是 SQuAD"),
            ({"data": [{"paragraphs": [{"qas": []}]}]}, "第 1 篇第 1 段没有"),
        ],
    )
    def test_what_is_no_squad_is_named(self, tmp_path: Path, value: object, named: str) -> None:
        with pytest.raises(InputError, match=named):
            load_questions(written(tmp_path, value, name="dev.json"))


class TestFolders:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        written(tmp_path, {"_id": "d1", "title": "", "text": "甲"}, {"_id": "d2", "text": "乙"}, name="corpus.jsonl")
        written(
            tmp_path, {"_id": "q1", "text": "问", "split": "dev"}, {"_id": "q2", "text": "无"}, name="queries.jsonl"
        )
        return tmp_path

    def test_beirs_folders_with_and_without_a_line_of_names(self, folder: Path) -> None:
        for head in (["query-id\tcorpus-id\tscore"], []):
            written(folder, *head, "q1\td1\t2", "q1\td2\t0", name="qrels.tsv")
            found = load_questions(folder)
            assert [(q.id, q.question, q.documents, dict(q.grades)) for q in found.questions] == [
                ("q1", "问", ("d1",), {"d1": 2})
            ]
            assert [row.id for row in found.texts] == ["d1", "d2"]

    def test_answers_come_from_qa_where_there_are_both(self, folder: Path) -> None:
        written(folder, "q1\td1\t1", name="qrels.tsv")
        written(folder, {"id": "q1", "question": "问", "answers": ["甲"], "doc_id": "d1"}, name="qa.jsonl")
        [question] = load_questions(folder).questions
        assert (question.answers, question.within) == (("甲",), ())

    def test_a_doc_id_holds_the_question_to_that_document(self, tmp_path: Path) -> None:
        written(tmp_path, {"id": "d1", "text": "甲"}, name="corpus.jsonl")
        row = {"id": "q1", "question": "问", "answers": ["甲"], "doc_id": "d1", "domain": "report", "context": None}
        path = written(tmp_path, row, name="qa.jsonl")
        for place in (tmp_path, path):
            [question] = load_questions(place, "domain").questions
            assert (question.documents, question.within, question.slice) == (("d1",), ("d1",), "report")
        with pytest.raises(InputError, match="第 1 行没有 colour"):
            load_questions(path, "colour")

    def test_a_part_of_a_set_is_written_with_the_texts_it_names(self, folder: Path) -> None:
        rows = [{"id": name, "text": f"问{name}"} for name in ("q1", "q2")]
        written(folder, *rows, name="queries.jsonl")
        written(folder, "q1\td1\t2", "q2\td2\t1", name="qrels.tsv")
        whole = load_questions(folder)
        for sample, texts in ((1, 1), (2, 2)):
            drawn = whole.sample(sample, 0)
            write_folder(folder / f"part{sample}", drawn)
            again = load_questions(folder / f"part{sample}")
            assert again.questions == drawn.questions
            assert {row.id for row in again.texts} == {d for q in drawn.questions for d in q.documents}
            assert len(again.texts) == texts
        with pytest.raises(InputError, match="已有内容"):
            write_folder(folder / "part1", whole)
        with pytest.raises(InputError, match="没有自带语料"):
            write_folder(folder / "new", replace(whole, texts=()))

    @pytest.mark.parametrize(
        ("qrels", "named"), [(["q1 d1 1"], "第 1 行不是|没有问题"), (["q1\td1\t1", "q1\td1"], "第 2 行不是")]
    )
    def test_a_bad_line_of_qrels_is_named(self, folder: Path, qrels: list[str], named: str) -> None:
        written(folder, *qrels, name="qrels.tsv")
        with pytest.raises(InputError, match=named):
            load_questions(folder)

    def test_a_folder_without_questions_says_what_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"qa\.jsonl"):
            load_questions(tmp_path)

    @pytest.mark.parametrize(
        ("line", "named"),
        [
            ("{", "第 2 行不是 JSON"),
            ({"id": "d1", "text": "乙"}, "第 2 行的 id d1 与第 1 行重复"),
            ({"id": "d2"}, "第 2 行不是"),
        ],
    )
    def test_a_bad_line_of_a_corpus_is_named(self, tmp_path: Path, line: object, named: str) -> None:
        path = written(tmp_path, {"id": "d1", "text": "甲"}, line, name="corpus.jsonl")
        with pytest.raises(InputError, match=named):
            read_rows(path)


class TestGold:
    def test_documents_are_named_by_id_or_title(self, tmp_path: Path, documents: list[Document]) -> None:
        rows = [{**WHOLE, "documents": [name]} for name in ("甲", "关于甲的通知", "《关于甲的通知》")]
        found = [settled(load_questions(written(tmp_path, row)), documents).questions[0].documents for row in rows]
        assert found == [("甲",)] * 3

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"documents": ["丙"]}, "语料里没有文档 丙"),
            ({"addresses": ["九"]}, "没有“九”这一部分"),
            ({"documents": [], "addresses": ["九"]}, "没有“九”这一部分"),
            ({"within": ["丙"]}, "语料里没有文档 丙"),
        ],
    )
    def test_a_gold_that_the_corpus_lacks_names_the_line(
        self, tmp_path: Path, documents: list[Document], change: dict[str, object], named: str
    ) -> None:
        questions = load_questions(written(tmp_path, WHOLE, {**WHOLE, "id": "b"} | change))
        with pytest.raises(InputError, match=rf"set\.jsonl 第 2 行：{named}"):
            settled(questions, documents)

    def test_lint_tells_what_is_odd(self, tmp_path: Path, documents: list[Document]) -> None:
        rows = [
            WHOLE,
            {**WHOLE, "id": "b"},
            {"id": "c", "question": "推进社会保障卡应用了吗", "answers": ["推进社会保障卡应用"], "documents": ["甲"]},
            {"id": "d", "question": "投入多少？", "answerable": False, "addresses": ["一"]},
            {"id": "e", "question": "有几条？", "answers": ["九百条"], "documents": ["甲"]},
            {"id": "f", "question": "哪里？", "answers": ["70条"], "documents": ["丙"]},
        ]
        found = lint(load_questions(written(tmp_path, *rows)), documents)
        told = [(oddity.kind, oddity.place[-3:-2], oddity.error) for oddity in found]
        assert [row for row in told if row[0] != "not_in_gold"] == [
            ("duplicate", "2", False), ("answer_given", "3", False), ("contradiction", "4", True),
            ("gold_missing", "6", True),
        ]  # fmt: skip
        assert [oddity.place[-3:-2] for oddity in found if oddity.kind == "not_in_gold"] == ["5", "6"]

    def test_a_good_set_is_not_odd(self, tmp_path: Path, documents: list[Document]) -> None:
        assert lint(load_questions(written(tmp_path, WHOLE)), documents) == []
