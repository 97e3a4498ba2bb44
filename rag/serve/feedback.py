"""What readers of the window say of answers, kept in a file as a question set, if the settings name one.

An answer that is said to be right is a question with its gold: `python -m eval run --questions FILE` asks it, and
`python -m train retriever --data FILE` learns from it. One that is said to be wrong has no gold; it goes into a file
beside it, for a person to look at. Nothing leaves the machine.
"""

import json
import threading
import time
from pathlib import Path

from corpus.errors import InputError
from rag.types import Answer


class FeedbackFile:
    """Two JSONL files that grow: FILE, and FILE-wrong beside it."""

    def __init__(self, path: Path) -> None:
        """InputError where the file cannot be written."""
        self._right, self._wrong = path, path.with_name(f"{path.stem}-wrong.jsonl")
        self._lock = threading.Lock()
        if path.suffix != ".jsonl":
            raise InputError(f"feedback.file 是 {path}；请写一个 .jsonl 文件。")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError as exc:
            raise InputError(f"feedback.file {path} 写不进去（{exc.strerror}）；请换一个位置。") from exc

    def add(self, answer: Answer, *, right: bool) -> None:
        """Keep what was said of an answer."""
        row = _gold(answer) if right else _doubted(answer)
        line = json.dumps(row, ensure_ascii=False)
        with self._lock, (self._right if right else self._wrong).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _gold(answer: Answer) -> dict[str, object]:
    asked = {"id": _id(), "question": answer.standalone_question, "slice": "feedback"}
    if answer.refusal is not None:
        return {**asked, "answerable": False}
    return {
        **asked,
        "documents": list(dict.fromkeys(citation.document_id for citation in answer.citations)),
        "addresses": list(dict.fromkeys(str(citation.address) for citation in answer.citations)),
    }


def _doubted(answer: Answer) -> dict[str, object]:
    return {
        "id": _id(),
        "question": answer.standalone_question,
        "status": answer.status,
        "text": answer.text,
        "citations": [citation.label for citation in answer.citations],
    }


def _id() -> str:
    return f"said-{time.time_ns()}"
