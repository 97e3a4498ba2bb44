"""Questions whose answers are known, and sets of them; each question knows the line that it came from.

How a file becomes rows is `eval.formats`, whether the gold is in the corpus `eval.gold`; what is right is for
`eval.measures` to say.
"""

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from corpus.address import Address
from corpus.errors import InputError
from corpus.normalize import in_script
from ingest.rows import Row


class Earlier(BaseModel):
    """A question asked before in the same conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    question: str


class Question(BaseModel):
    """A question with what answers it.

    `answers` are words of the document of which one (`require` any) or each (all) belongs into an answer; it should
    come from a part at or under one of `addresses`, of one of `documents` (ids, or titles). `grades` tells how relevant
    each document is, where that differs. `within` holds the search to these documents. An unanswerable question has no
    gold at all. `total` is how many a list or count question should come to. `synthetic` ones were drafted by a program
    and not checked by a person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    question: str
    answers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    answerable: bool = True
    history: tuple[Earlier, ...] = ()
    slice: str = ""
    require: Literal["any", "all"] = "any"
    grades: Mapping[str, int] = {}
    within: tuple[str, ...] = ()
    synthetic: bool = False
    total: int | None = None

    @field_validator("id", "question")
    @classmethod
    def _is_written(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("是空的")
        return text

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            Address.parse(address)
        return addresses

    @property
    def gold(self) -> dict[str, Any]:
        """What is known of the answer, as it stands in records."""
        return self.model_dump(include={"answers", "addresses", "documents", "answerable", "require", "total"})


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in order. `places` tells for each id where it stands; `texts` are those that the set brings itself."""

    name: str
    path: Path
    questions: tuple[Question, ...]
    places: Mapping[str, str]
    texts: Sequence[Row] = field(default=(), repr=False)
    sampled: tuple[int, int] | None = None

    @property
    def fingerprint(self) -> str:
        """12 hex digits that change with every question and its gold."""
        written = "\n".join(question.model_dump_json() for question in self.questions)
        return hashlib.sha256(written.encode()).hexdigest()[:12]

    def in_script(self, script: str) -> Self:
        """The same asked in "simplified" or "traditional" characters, the gold as it is; "" changes nothing."""
        if not script:
            return self
        turn = partial(in_script, script=script)
        turned = (
            question.model_copy(
                update={
                    "question": turn(question.question),
                    "history": tuple(Earlier(question=turn(earlier.question)) for earlier in question.history),
                }
            )
            for question in self.questions
        )
        return replace(self, questions=tuple(turned))

    def sample(self, count: int, seed: int) -> Self:
        """`count` of the questions, drawn by `seed`, in the order of the set; all where there are no more."""
        if count < 1:
            raise InputError(f"--sample 是 {count}：请给出至少为 1 的数。")
        drawn = sorted(random.Random(seed).sample(range(len(self.questions)), min(count, len(self.questions))))  # noqa: S311
        return replace(self, questions=tuple(self.questions[place] for place in drawn), sampled=(count, seed))


def make_set(path: Path, rows: Iterable[tuple[str, Mapping[str, Any]]], texts: Sequence[Row] = ()) -> QuestionSet:
    """The set of `rows`, each with the words for its place; InputError names the place and the remedy."""
    questions: list[Question] = []
    places: dict[str, str] = {}
    for where, row in rows:
        question = _question(where, row)
        if question.id in places:
            raise InputError(f"{where}的 id {question.id} 与{places[question.id]}重复；请换一个。")
        gold = question.answers or question.addresses or question.documents
        if question.answerable and not gold:
            raise InputError(
                f"{where}：没有 answers、addresses 或 documents；请补上标准答案，或把 answerable 改为 false。"
            )
        if not question.answerable and question.answers:
            raise InputError(f"{where}：answerable 是 false 却有 answers；请删去答案，或改为 true。")
        places[question.id] = where
        questions.append(question)
    if not questions:
        raise InputError(f"问题集 {path} 里没有问题；请检查文件。")
    name = path.stem if path.suffix else path.name
    return QuestionSet(name, path, tuple(questions), places, texts)


def _question(where: str, row: Mapping[str, Any]) -> Question:
    try:
        return Question.model_validate(row)
    except ValidationError as exc:
        first = exc.errors()[0]
        field_ = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{where}的 {field_} 有误：{first['msg']}；请改正这一处。") from exc
