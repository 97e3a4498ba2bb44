"""What the reader learns from: questions with passages, and where in them the answer stands, if it does.

People's questions come from folders with a `qa.jsonl` that gives each its context (CMRC 2018, DRCD). A passage is cut
from the context as a few of its sentences, as evidence is at work; a question is also put to sentences of the same
context that do not answer it. Which documents are held out is decided by their ids alone (`held_out`).
"""

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from corpus.errors import InputError
from corpus.normalize import fold
from eval.formats import load_questions

_SENTENCE: Final = re.compile(r"[^。！？!?；;\n]+(?:[。！？!?；;]+[”’」』）)\"']*|(?=\n)|$)")
#: Characters of a passage: drawn anew for each.
LENGTHS: Final = (80, 300)
#: How often a question is put to a passage that does not answer it.
_UNANSWERED: Final = 0.25
#: How often the sentences beside the answer are taken before others.
_BESIDE: Final = 0.6

_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class Example:
    """A folded question and passage, and [start, end) of the answer in it; -1 where the passage has none.

    Without `answers` the answer is not a few words, as where it is asked how or whether: it lies within [start, end).
    `under` is the title and heading of the passage, where they are known.
    """

    question: str
    passage: str
    start: int
    end: int
    kind: str
    answers: tuple[str, ...] = ()
    under: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the passage answers."""
        return self.start >= 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set with its whole context, both folded."""

    question: str
    context: str
    answers: tuple[str, ...]
    document: str


def held_out(document: str, tenths: int) -> bool:
    """Whether a document is among the `tenths` out of ten that are not trained on."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % 10 < tenths


def drawn(given: Sequence[_Given], most: int, draw: random.Random) -> list[_Given]:
    """So many of what is given, drawn anew; all of it, in another order, where there are no more."""
    return draw.sample(given, min(most, len(given)))


def asked(folder: Path) -> Iterator[Asked]:
    """The questions of a folder whose `qa.jsonl` gives contexts. InputError with the line that is wrong."""
    path = folder / "qa.jsonl"
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
            answers = tuple(fold(answer) for answer in row["answers"])
            yield Asked(fold(row["question"]), fold(row["context"]), answers, str(row["doc_id"]))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise InputError(
                f"{path} 第 {number} 行不是问答：每行要有 question、context、answers、doc_id（{exc}）。"
            ) from exc


def sentences(text: str) -> list[tuple[int, int]]:
    """[start, end) of the sentences."""
    return [found.span() for found in _SENTENCE.finditer(text) if found[0].strip()]


def occurrences(text: str, words: str) -> list[tuple[int, int]]:
    """Every place where `words` stand."""
    places, at = [], text.find(words)
    while at >= 0:
        places.append((at, at + len(words)))
        at = text.find(words, at + 1)
    return places


def window(
    text: str, keep: tuple[int, int] | None, drop: Sequence[tuple[int, int]], draw: random.Random
) -> tuple[str, int]:
    """Some sentences of `text` in order, that of `keep` among them, none that touches `drop`; and where `keep` starts.

    -1 where there is nothing to keep. The passage is "" where no sentence is left.
    """
    limit = draw.randint(*LENGTHS)
    spans = sentences(text)
    must = [i for i, span in enumerate(spans) if keep and _touch(span, keep)]
    size = sum(end - start for start, end in (spans[i] for i in must))
    others = [i for i, span in enumerate(spans) if i not in must and not any(_touch(span, each) for each in drop)]
    draw.shuffle(others)
    if must and draw.random() < _BESIDE:
        others.sort(key=lambda i: abs(i - must[0]))
    chosen = set(must)
    for i in others:
        length = spans[i][1] - spans[i][0]
        if size + length <= limit:
            chosen.add(i)
            size += length
    passage, place = "", -1
    for i in sorted(chosen):
        start, end = spans[i]
        if keep and start <= keep[0] < end:
            place = len(passage) + keep[0] - start
        passage += text[start:end]
    return passage, place


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def answered(each: Asked, kind: str, draw: random.Random) -> Example | None:
    """A passage with the answer that most annotators gave, where the question's words are nearest to it."""
    place = _place_of_answer(each)
    if place is None:
        return None
    answer = each.context[slice(*place)]
    passage, start = window(each.context, place, (), draw)
    if start < 0 or passage[start : start + len(answer)] != answer:
        return None
    return Example(each.question, passage, start, start + len(answer), kind, each.answers)


def unanswered(each: Asked, kind: str, draw: random.Random) -> Example | None:
    """The question with sentences of its context that hold none of its answers."""
    drop = [place for answer in set(each.answers) for place in occurrences(each.context, answer)]
    passage, _ = window(each.context, None, drop, draw)
    return Example(each.question, passage, -1, -1, f"{kind}-unanswered") if passage.strip() else None


def examples_of(rows: Sequence[Asked], kind: str, draw: random.Random, share: float = _UNANSWERED) -> list[Example]:
    """An answered example of each question, and for a share of them one that is not answered."""
    examples = []
    for each in rows:
        examples.append(answered(each, kind, draw))
        if draw.random() < share:
            examples.append(unanswered(each, kind, draw))
    return [example for example in examples if example is not None]


def whole_contexts(rows: Sequence[Asked], kind: str) -> list[Example]:
    """Each answered question with its whole context, as the published figures of such sets are of."""
    placed = ((each, _place_of_answer(each)) for each in rows)
    return [Example(each.question, each.context, *place, kind, each.answers) for each, place in placed if place]


def _place_of_answer(each: Asked) -> tuple[int, int] | None:
    """[start, end) in the context of the answer that most gave; of several, where the question's words are nearest."""
    counts = {answer: each.answers.count(answer) for answer in each.answers}
    answer = max(counts, key=lambda words: (counts[words], -len(words)), default="")
    places = occurrences(each.context, answer) if answer else []
    asking = _pairs(each.question)
    return max(places, key=lambda place: len(asking & _pairs(_around(each.context, place))), default=None)


def _around(text: str, place: tuple[int, int]) -> str:
    return next((text[start:end] for start, end in sentences(text) if start <= place[0] < end), "")


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"\W", "", text)
    return {bare[i : i + 2] for i in range(len(bare) - 1)}


def write_held_out(source: Path, tenths: int, target: Path, *, by_question: bool = False) -> int:
    """Write the held-out questions of a set, with all its texts, as a folder for `eval run`; how many questions it has.

    Its queries and relevances are kept where it has them, so that what was asked of the whole corpus still is. Without
    contexts a question belongs to the first document that is relevant to it, as `train.pairs` takes it. With
    `by_question` the questions are drawn one by one, whichever document answers them.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target} 已有内容；请换一个新的文件夹。")
    # A line that is wrong is told before anything is written.
    if (source / "qa.jsonl").is_file() or not (source / "queries.jsonl").is_file():
        list(asked(source))
        rows = [json.loads(line) for line in _lines(source / "qa.jsonl")]
        kept = {str(row["id"]) for row in rows if held_out(str(row["question" if by_question else "doc_id"]), tenths)}
    else:
        judged = load_questions(source).questions
        kept = {each.id for each in judged if held_out(each.question if by_question else each.documents[0], tenths)}
    keeps: dict[str, Callable[[str], bool]] = {
        "corpus.jsonl": lambda _: True,
        "qa.jsonl": lambda line: str(json.loads(line)["id"]) in kept,
        "queries.jsonl": lambda line: str(json.loads(line)["id"]) in kept,
        "qrels.tsv": lambda line: line.split("\t")[0] in kept,
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, keep in keeps.items():
        if (source / name).is_file():
            lines = [line for line in _lines(source / name) if keep(line)]
            (target / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(kept)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise InputError(f"{path} 读不出来（{exc.strerror}）；要的是含 qa.jsonl 的文件夹。") from exc
