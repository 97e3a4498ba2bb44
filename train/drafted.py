"""Questions that people drafted over policy documents and laws, with passages as evidence is at work.

A line has `question`, `answerable`, `answers` (the shortest words; [] where no few words answer), `file`, and
`evidence`: [start, end) of the sentences that answer, or come nearest, in the characters of that file. Each question
is put to sentences around its evidence, and to what an assistant over the same documents would read for it.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, NonNegativeInt, ValidationError

from corpus.errors import InputError
from corpus.normalize import fold
from train.examples import Example, occurrences, window
from train.lookup import Read

#: How often an answerable question is also put to sentences of its file that do not answer it.
_UNANSWERED: Final = 0.3
#: Characters on both sides of the evidence that a passage is cut from.
_AROUND: Final = 600
#: Characters beside an answer that tell whether it is the one of the evidence.
_BESIDE: Final = 4
#: Which share of the evidence a passage holds that answers, and below which it does not.
_HELD, _NOT_HELD = 0.7, 0.25
#: Characters that are compared at a time.
_GRAM: Final = 4


@dataclass(frozen=True, slots=True)
class Drafted:
    """One question; everything but the file's name is folded. `around` is the text about `evidence`, [start, end)."""

    question: str
    answerable: bool
    answers: tuple[str, ...]
    file: str
    title: str
    around: str
    evidence: tuple[int, int]

    @property
    def quoted(self) -> str:
        """The sentences that answer, or come nearest."""
        return self.around[slice(*self.evidence)]


class _Line(BaseModel):
    """A line of a file of drafted questions; what else stands in it is for those who draft."""

    question: str
    answerable: bool
    answers: tuple[str, ...]
    file: str
    evidence: tuple[NonNegativeInt, NonNegativeInt]


def drafted(path: Path, folders: Sequence[Path]) -> Iterator[Drafted]:
    """The questions of a JSONL file over the files of some folders. InputError with the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise InputError(f"{path} 读不出来（{exc.strerror}）；要的是拟好的问题（.jsonl）。") from exc
    for number, line in enumerate(lines, 1):
        try:
            yield _with_text(_Line.model_validate_json(line), folders)
        except ValueError as exc:
            wrong = exc.errors()[0] if isinstance(exc, ValidationError) else None
            said = f"{'.'.join(map(str, wrong['loc']))} {wrong['msg']}" if wrong else str(exc)
            raise InputError(
                f"{path} 第 {number} 行不是拟好的问题（要有 question、answerable、answers、file、evidence）：{said}。"
            ) from exc


def _with_text(row: _Line, folders: Sequence[Path]) -> Drafted:
    """The question with the text about its evidence; ValueError where there is none."""
    text = _text(row.file, folders)
    start, end = row.evidence
    if not start < end <= len(text):
        raise ValueError(f"evidence 不在 {row.file} 的 {len(text)} 字之内")
    first, last = max(0, start - _AROUND), end + _AROUND
    before, quoted = fold(text[first:start]), fold(text[start:end])
    return Drafted(
        fold(row.question), row.answerable, tuple(fold(answer) for answer in row.answers), row.file,
        fold(text.lstrip().split("\n", 1)[0]), before + quoted + fold(text[end:last]),
        (len(before), len(before) + len(quoted)),
    )  # fmt: skip


def _text(file: str, folders: Sequence[Path]) -> str:
    for folder in folders:
        if (folder / file).is_file():
            return (folder / file).read_text(encoding="utf-8", errors="replace")
    raise ValueError(f"--texts 的文件夹里没有 {file}")


def around_evidence(each: Drafted, draw: random.Random) -> Iterator[Example]:
    """The question with sentences of its file: with the evidence, and for some also without it."""
    under = each.title if draw.random() < 0.5 else ""
    passage, start = window(each.around, each.evidence, (), draw)
    if start >= 0:
        yield from _labelled(each, passage, under, "drafted")
    if each.answerable and draw.random() < _UNANSWERED:
        drop = [each.evidence, *(place for words in each.answers for place in occurrences(each.around, words))]
        passage, _ = window(each.around, None, drop, draw)
        if passage.strip():
            yield Example(each.question, passage, -1, -1, "drafted-elsewhere", under=under)


def as_read(rows: Sequence[Drafted], read: Mapping[str, Read]) -> Iterator[Example]:
    """Each question with what an assistant reads for it (`train.lookup`), where that is of the question's own file."""
    for each in rows:
        # What another file says may answer as well, and nobody has looked.
        if (found := read[each.question]).file == each.file:
            yield from _labelled(each, found.passage, found.under, "drafted-read")


def _labelled(each: Drafted, passage: str, under: str, kind: str) -> Iterator[Example]:
    """The example, where it is plain whether the passage answers."""
    if not each.answerable:
        yield Example(each.question, passage, -1, -1, f"{kind}-unanswered", under=under)
        return
    if each.answers:
        answer = each.answers[0]
        for place in occurrences(passage, answer):
            if _same_place(each.quoted, answer, passage, place):
                yield Example(each.question, passage, *place, kind, each.answers, under)
                return
        if answer not in passage:
            yield Example(each.question, passage, -1, -1, f"{kind}-elsewhere", under=under)
    elif (share := held(each.quoted, passage)) >= _HELD:
        yield Example(each.question, passage, *_region(each.quoted, passage), kind, (), under)
    elif share < _NOT_HELD:
        yield Example(each.question, passage, -1, -1, f"{kind}-elsewhere", under=under)


def _same_place(quoted: str, answer: str, passage: str, place: tuple[int, int]) -> bool:
    """Whether what stands beside an answer in the passage stands beside it in the evidence as well."""
    before, behind = passage[max(0, place[0] - _BESIDE) : place[0]], passage[place[1] : place[1] + _BESIDE]
    return any(
        (before and quoted[:start].endswith(before)) or (behind and quoted[end:].startswith(behind)) or quoted == answer
        for start, end in occurrences(quoted, answer)
    )


def held(quoted: str, passage: str) -> float:
    """The share of the evidence, four characters at a time, that stands in a passage."""
    grams = _grams(quoted)
    return len(grams & _grams(passage)) / max(1, len(grams))


def _grams(text: str) -> set[str]:
    return {text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)}


def _region(quoted: str, passage: str) -> tuple[int, int]:
    """[start, end) of the evidence in a passage: whole, or the stretch that holds most of it and little else."""
    if (at := passage.find(quoted)) >= 0:
        return at, at + len(quoted)
    grams = _grams(quoted)
    best, start, gained = (0, 0, 0), 0, 0
    for i in range(len(passage) - _GRAM + 1):
        # What is said of the evidence elsewhere, in four of its characters, is not it.
        gained += 1 if passage[i : i + _GRAM] in grams else -1
        if gained < 0:
            start, gained = i + 1, 0
        best = max(best, (gained, start, i + _GRAM), key=lambda found: found[0])
    return best[1], best[2]
