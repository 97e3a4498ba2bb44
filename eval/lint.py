"""What is odd about a question set, before anybody trusts a figure made with it.

Errors of form are found on loading; here stands what can be loaded and is suspicious all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.model import Document
from corpus.normalize import fold
from eval.dataset import Question, QuestionSet
from eval.gold import missing_gold

Kind = Literal["duplicate", "contradiction", "answer_given", "not_in_gold", "gold_missing"]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something to look at: its kind, its place, and what to do. `error` where figures would be wrong."""

    kind: Kind
    place: str
    message: str
    error: bool = False


def lint(questions: QuestionSet, documents: Sequence[Document] | None) -> list[Oddity]:
    """Everything odd, in the order of the set; with `documents` the gold is looked for in them."""
    found = _duplicates(questions)
    for question in questions.questions:
        place = questions.places[question.id]
        given = [answer for answer in question.answers if len(answer) > 3 and fold(answer) in fold(question.question)]
        if given:
            message = f"问题里已经含有答案“{given[0]}”；请换一种问法。"
            found.append(Oddity("answer_given", place, message))
        if not question.answerable and (question.addresses or question.documents):
            message = "不可回答，却给了 addresses 或 documents；请删去，或改为可回答。"
            found.append(Oddity("contradiction", place, message, error=True))
    if documents is not None:
        found += [Oddity("gold_missing", place, text, error=True) for place, text in missing_gold(questions, documents)]
        found += [oddity for question in questions.questions for oddity in _outside(question, questions, documents)]
    return found


def _duplicates(questions: QuestionSet) -> list[Oddity]:
    seen: dict[tuple[object, ...], str] = {}
    found = []
    for question in questions.questions:
        asked = (fold(question.question).strip("?？。 "), question.history, question.within)
        if asked in seen:
            message = f"与{questions.places[seen[asked]]}问的相同；请删去一题。"
            found.append(Oddity("duplicate", questions.places[question.id], message))
        seen.setdefault(asked, question.id)
    return found


def _outside(question: Question, questions: QuestionSet, documents: Sequence[Document]) -> list[Oddity]:
    """Gold words that do not stand in the gold documents: an extractive answer can never be right."""
    titles = frozenset(question.documents)
    among = [d for d in documents if not titles or d.id in titles or d.metadata.title in titles]
    texts = [fold(document.text) for document in among]
    absent = [answer for answer in question.answers if not any(fold(answer) in text for text in texts)]
    if not absent or (question.require == "any" and len(absent) < len(question.answers)):
        return []
    message = f"原文里没有答案“{absent[0]}”的原话；请改成原文的字句，或确认这是概括。"
    return [Oddity("not_in_gold", questions.places[question.id], message)]
