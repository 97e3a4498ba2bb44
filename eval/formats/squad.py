"""SQuAD-style JSON (CMRC 2018, DRCD, SQuAD 2.0): paragraphs are the corpus, the gold document is the paragraph.

CMRC 2018's own release (a list with context_text and query_text) is read as well.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from eval.formats.lines import read_text
from ingest.rows import Row


@dataclass(frozen=True, slots=True)
class _Paragraph:
    id: str
    title: str
    text: str
    questions: tuple[Mapping[str, Any], ...]
    where: str


def is_squad(path: Path) -> bool:
    """Whether a path is taken for SQuAD-style JSON."""
    return path.suffix.lower() == ".json"


def squad_texts(path: Path) -> list[Row]:
    """The paragraphs, each once."""
    return [Row(p.id, p.title, p.text, str(path)) for p in {p.id: p for p in _paragraphs(path)}.values()]


def squad_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The questions with their answers, each answer once."""
    for paragraph in _paragraphs(path):
        for number, asked in enumerate(paragraph.questions, 1):
            where = f"{paragraph.where}第 {number} 问"
            answers = asked.get("answers") or []
            texts = [a.get("text") if isinstance(a, dict) else a for a in answers]
            impossible = bool(asked.get("is_impossible"))
            row = {
                "id": str(asked.get("id", asked.get("query_id", ""))),
                "question": asked.get("question", asked.get("query_text")),
                "answers": [] if impossible else list(dict.fromkeys(texts)),
                "answerable": not impossible,
            }
            yield where, row if impossible else row | {"documents": [paragraph.id]}


def _paragraphs(path: Path) -> Iterator[_Paragraph]:
    try:
        value = json.loads(read_text(path))
    except json.JSONDecodeError as exc:
        raise InputError(f"{path.name} 第 {exc.lineno} 行不是 JSON（{exc.msg}）；请改正这一行。") from exc
    wrong = f'{path.name} 不是 SQuAD 式 JSON：应有 {{"data": [{{"paragraphs": [{{"context", "qas"}}]}}]}}；请检查文件。'
    articles = value.get("data") if isinstance(value, dict) else value
    if not isinstance(articles, list):
        raise InputError(wrong)
    for number, article in enumerate(articles, 1):
        where = f"{path.name} 第 {number} 篇"
        # In CMRC's own release an article is a paragraph.
        paragraphs = article.get("paragraphs", [article]) if isinstance(article, dict) else None
        if not isinstance(paragraphs, list):
            raise InputError(f"{where}没有 paragraphs；{wrong}")
        for place, paragraph in enumerate(paragraphs, 1):
            yield _paragraph(paragraph, article, f"{where}第 {place} 段", wrong)


def _paragraph(paragraph: Any, article: Mapping[str, Any], where: str, wrong: str) -> _Paragraph:  # noqa: ANN401 - JSON
    text = paragraph.get("context", paragraph.get("context_text")) if isinstance(paragraph, dict) else None
    if not isinstance(text, str) or not isinstance(paragraph.get("qas"), list):
        raise InputError(f"{where}没有 context 或 qas；{wrong}")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    id_ = str(paragraph.get("id") or paragraph.get("context_id") or digest)
    return _Paragraph(id_, str(article.get("title") or ""), text, tuple(paragraph["qas"]), where)
