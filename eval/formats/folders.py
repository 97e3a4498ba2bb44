"""Folders with a `corpus.jsonl`: BEIR's (queries.jsonl, qrels.tsv), and qa.jsonl with the document of each question.

Where a folder has both, the questions are asked of the whole corpus as BEIR has it, and take their answers from
qa.jsonl. Written are a corpus.jsonl and a qa.jsonl with the fields of our own JSONL.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from eval.dataset import Question, QuestionSet
from eval.formats.lines import json_lines, read_text

_OWN = frozenset(Question.model_fields)


def qa_rows(path: Path, slice_by: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Rows of our own JSONL; one with a `doc_id` is asked of that document alone, and its other fields are left out."""
    for where, row in json_lines(path):
        if "doc_id" not in row:
            yield where, _sliced(row, row, slice_by, where)
            continue
        document = str(row["doc_id"])
        kept = {name: value for name, value in row.items() if name in _OWN}
        yield where, _sliced({"documents": [document], "within": [document]} | kept, row, slice_by, where)


def beir_rows(folder: Path, slice_by: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Queries with their relevant documents; a query that qrels.tsv does not judge is left out, as is usual."""
    judged = _qrels(folder)
    answers: dict[str, Any] = {}
    if (folder / "qa.jsonl").is_file():
        answers = {str(row.get("id")): row.get("answers") or [] for _, row in json_lines(folder / "qa.jsonl")}
    for where, row in json_lines(folder / "queries.jsonl"):
        id_ = str(row.get("id", row.get("_id", "")))
        grades = {document: grade for document, grade in judged.get(id_, {}).items() if grade > 0}
        if not grades:
            continue
        question = {"id": id_, "question": row.get("text"), "answers": answers.get(id_, []), "documents": list(grades)}
        if any(grade != 1 for grade in grades.values()):
            question["grades"] = grades
        yield where, _sliced(question, row, slice_by, where)


def write_folder(folder: Path, questions: QuestionSet) -> None:
    """The questions, and of the texts that the set brings those that a question names as its gold or keeps to.

    InputError where the set brings none, or the folder has something in it.
    """
    if not questions.texts:
        raise InputError(f"{questions.path} 没有自带语料，写不成文件夹；请写成 .jsonl、.csv 或 .xlsx。")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} 已有内容；请换一个新的文件夹。")
    named = {document for question in questions.questions for document in (*question.documents, *question.within)}
    texts = (row for row in questions.texts if row.id in named or row.title in named)
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "corpus.jsonl", ({"id": row.id, "title": row.title, "text": row.text} for row in texts))
    _write_lines(folder / "qa.jsonl", (q.model_dump(exclude_defaults=True) for q in questions.questions))


def _write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _sliced(question: dict[str, Any], row: Mapping[str, Any], slice_by: str, where: str) -> dict[str, Any]:
    if not slice_by:
        return question
    if slice_by not in row:
        raise InputError(f"{where}没有 {slice_by}；请检查 --slice-by，这一行有：{'、'.join(row)}。")
    return {name: value for name, value in question.items() if name in _OWN} | {"slice": str(row[slice_by])}


def _qrels(folder: Path) -> dict[str, dict[str, int]]:
    places = [folder / "qrels.tsv", folder / "qrels" / "test.tsv", folder / "qrels" / "dev.tsv"]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise InputError(f"文件夹 {folder} 里没有 qrels.tsv；请补上，或用 qa.jsonl 给出每个问题的 doc_id。")
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_text(path).split("\n"), 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and not cells[-1].strip().lstrip("-").isdigit()):
            continue  # BEIR's own files begin with a line of names.
        # TREC's four columns have an unused one in second place.
        cells = [cells[0], *cells[2:]] if len(cells) == 4 else cells
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            raise InputError(f"{path.name} 第 {number} 行不是“问题 文档 相关度”三列；请用制表符分开，改正这一行。")
        judged.setdefault(cells[0], {})[cells[1]] = int(cells[2])
    return judged
