"""Question sets: the project's own JSONL, read and checked line by line.

It holds questions and what is right; whether an answer is right is `eval.measure`'s to say.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from corpus.address import Address
from corpus.errors import InputError


class Earlier(BaseModel):
    """A question asked before in the same conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    question: str


class Question(BaseModel):
    """A question with what answers it.

    `answers` are words of the document of which one (`require` any) or each (all) must be quoted, from a part at or
    under one of `addresses`. An unanswerable question has neither.
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

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            Address.parse(address)
        return addresses


def load_questions(path: Path) -> list[Question]:
    """The questions of a JSONL file; InputError names the file, the line and what is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as exc:
        raise InputError(f"问题集 {path} 读不出来（{exc.strerror}）；请检查路径。") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"问题集 {path} 不是 UTF-8 编码；请另存为 UTF-8。") from exc
    questions: list[Question] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = Question.model_validate(json.loads(line))
        except json.JSONDecodeError as exc:
            raise InputError(f"{path.name} 第 {number} 行不是 JSON（{exc.msg}）；请改正这一行。") from exc
        except ValidationError as exc:
            first = exc.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise InputError(f"{path.name} 第 {number} 行的 {field} 有误：{first['msg']}。") from exc
        if question.id in seen:
            raise InputError(
                f"{path.name} 第 {number} 行的 id {question.id} 与第 {seen[question.id]} 行重复；请换一个。"
            )
        if question.answerable != bool(question.answers):
            raise InputError(f"{path.name} 第 {number} 行：answerable 与 answers 不一致；请补上答案或改为 false。")
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise InputError(f"问题集 {path} 里没有问题；请检查文件。")
    return questions
