"""Whether the gold of a question set is in the corpus: documents named by id or title, parts by address.

A gold that the corpus lacks is an error of whoever made the set, and would otherwise count against the system.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.address import Address
from corpus.errors import InputError
from corpus.model import Document
from eval.dataset import Question, QuestionSet


def settled(questions: QuestionSet, documents: Sequence[Document]) -> QuestionSet:
    """The set with its documents named by id; InputError names the first line whose gold the corpus lacks."""
    names = _Names(documents)
    made = []
    for question in questions.questions:
        made.append(_settled(question, names))
        if found := _problems(question, names):
            raise InputError(f"{questions.places[question.id]}：{found[0]}")
    return replace(questions, questions=tuple(made))


class _Names:
    """Documents by id and title."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.by_id = {document.id: document for document in documents}
        self._by_title: dict[str, list[str]] = {}
        for document in documents:
            self._by_title.setdefault(document.metadata.title, []).append(document.id)

    def ids(self, name: str) -> list[str]:
        """The ids of the documents with that id or title."""
        return [name] if name in self.by_id else self._by_title.get(name.strip("《》"), [])


def _problems(question: Question, names: _Names) -> list[str]:
    """What the corpus lacks of a question's gold, with the remedy."""
    found = [
        f"语料里没有文档 {name}；请用 --corpus 给出它所在的语料，或改正 documents。"
        for name in (*question.documents, *question.within)
        if not names.ids(name)
    ]
    gold = [id_ for name in question.documents for id_ in names.ids(name)]
    among = [names.by_id[id_] for id_ in gold] if question.documents else list(names.by_id.values())
    for written in question.addresses:
        address = Address.parse(written)
        if not any(document.part(address) for document in among):
            found.append(f"没有“{written}”这一部分；请用 python -m ingest show DOC --outline 查看，改正 addresses。")
    return found


def missing_gold(questions: QuestionSet, documents: Sequence[Document]) -> list[tuple[str, str]]:
    """Every gold that the corpus lacks, each with its place and the remedy: what `eval check` reports."""
    names = _Names(documents)
    return [
        (questions.places[question.id], problem)
        for question in questions.questions
        for problem in _problems(question, names)
    ]


def _settled(question: Question, names: _Names) -> Question:
    def ids(given: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id_ for name in given for id_ in names.ids(name) or [name]))

    grades = {id_: grade for name, grade in question.grades.items() for id_ in names.ids(name)}
    return question.model_copy(
        update={"documents": ids(question.documents), "within": ids(question.within), "grades": grades}
    )
