"""What an assistant over an index reads first for questions, looked up on all cores and kept for the next run.

A tenth of a second a question is half an hour for those that the shipped reader learns from.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Final

import torch
from rich.console import Console
from rich.progress import track

from corpus.normalize import fold
from corpus.processes import cores, working_processes
from eval.summary import code_fingerprint
from rag import Assistant
from rag.answering_words import passage_of, pieces_of
from rag.settings import Answering, Settings

#: Questions that are looked up before what was read is written down.
_TOGETHER: Final = 200


@dataclass(frozen=True, slots=True)
class Read:
    """The folded passage, what stands above it, and the name of its file; "" where nothing is found."""

    file: str = ""
    passage: str = ""
    under: str = ""


def looked_up(questions: Sequence[str], index: Path, folder: Path, console: Console) -> dict[str, Read]:
    """What is read for each question. `folder` keeps it, in a file for each state of an index that grows."""
    kept = folder / f"{_stamp(index)}.jsonl"
    found = dict(_kept(kept))
    wanted = [question for question in dict.fromkeys(questions) if question not in found]
    portions = [wanted[at : at + _TOGETHER] for at in range(0, len(wanted), _TOGETHER)]
    folder.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8") as file:
        results = _on_all_cores(portions, index)
        for portion, read in zip(portions, track(results, "查找", len(portions), console=console), strict=True):
            for question, each in zip(portion, read, strict=True):
                print(json.dumps({"question": question, **asdict(each)}, ensure_ascii=False), file=file)
            file.flush()
            found.update(zip(portion, read, strict=True))
    return {question: found[question] for question in questions}


def _stamp(index: Path) -> str:
    """12 hex digits that change with the texts, the encoder, the settings and the code that finds."""
    with closing(_opened(index)) as assistant:
        held = assistant.collection
        told_by = (held.fingerprint, held.encoder.fingerprint, _settings().fingerprint, code_fingerprint())
    return hashlib.sha256(" ".join(told_by).encode()).hexdigest()[:12]


def _settings() -> Settings:
    return Settings(answering=Answering(reader="none"))


def _kept(path: Path) -> Iterator[tuple[str, Read]]:
    """What was looked up before; a line that was cut off is none."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            row = json.loads(line)
            yield row.pop("question"), Read(**row)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _on_all_cores(portions: Sequence[Sequence[str]], index: Path) -> Iterator[list[Read]]:
    processes = min(cores(), len(portions))
    if processes < 2:
        with closing(_opened(index)) as assistant:
            yield from (_read(portion, assistant) for portion in portions)
        return
    # A process a core with one thread each: two threads of one process read little faster than one.
    with working_processes(processes, torch.set_num_threads, 1) as pool:
        yield from pool.map(partial(_read_there, index=index), portions)


def _opened(index: Path) -> Assistant:
    return Assistant.open(index, _settings())


#: One for as long as its process lives: the vectors that it remembers are most of what finding costs.
_kept_open = cache(_opened)


def _read_there(questions: Sequence[str], index: Path) -> list[Read]:
    return _read(questions, _kept_open(index))


def _read(questions: Sequence[str], assistant: Assistant) -> list[Read]:
    read = []
    for question in questions:
        sentences = assistant.seek(question).evidence.sentences
        if not sentences:
            read.append(Read())
            continue
        passage = passage_of(sentences[0], pieces_of(sentences, assistant.settings.answering.reading_limit))
        file = Path(sentences[0].document.path).name
        read.append(Read(file, fold(passage.text), fold(passage.under)))
    return read
