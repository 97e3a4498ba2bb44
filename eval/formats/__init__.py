"""Question sets in every format that is read, one module a family; `load_questions` chooses by what is there."""

from pathlib import Path

from corpus.errors import InputError
from eval.dataset import QuestionSet, make_set
from eval.formats.folders import beir_rows, qa_rows, write_folder
from eval.formats.lines import json_lines
from eval.formats.squad import is_squad, squad_rows, squad_texts
from eval.formats.tables import read_table
from ingest.rows import Row, read_rows

_FORMATS = (
    "目前支持：JSONL、CSV、XLSX、SQuAD 式 JSON，以及含 corpus.jsonl 的文件夹（queries.jsonl 与 qrels.tsv，或 qa.jsonl）"
)


def load_questions(path: Path, slice_by: str = "") -> QuestionSet:
    """The question set at `path`, with the texts that it brings itself; InputError names place and remedy.

    `slice_by` names a field of the source that slices the questions, where `slice` does not.
    """
    if not path.exists():
        raise InputError(f"没有这个问题集：{path}；请检查路径。")
    if path.is_dir():
        return _folder(path, slice_by)
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        texts = read_own_texts(path.parent) if path.name == "qa.jsonl" else ()
        return make_set(path, qa_rows(path, slice_by), texts)
    if suffix in (".csv", ".xlsx"):
        return make_set(path, read_table(path))
    if suffix == ".json":
        return make_set(path, squad_rows(path), squad_texts(path))
    raise InputError(f"不认识的问题集 {path.name}；{_FORMATS}。")


def _folder(path: Path, slice_by: str) -> QuestionSet:
    texts = read_own_texts(path)
    if (path / "queries.jsonl").is_file():
        return make_set(path, beir_rows(path, slice_by), texts)
    if (path / "qa.jsonl").is_file():
        return make_set(path, qa_rows(path / "qa.jsonl", slice_by), texts)
    raise InputError(f"文件夹 {path} 里没有问题集；{_FORMATS}。")


def read_own_texts(folder: Path) -> list[Row]:
    """The texts of a folder's corpus.jsonl; none where there is none."""
    file = folder / "corpus.jsonl"
    return read_rows(file) if file.is_file() else []


__all__ = ["is_squad", "json_lines", "load_questions", "squad_texts", "write_folder"]
