"""The files of a run: `run.json` what is run, `records.jsonl` a record a question, `summary.json` the figures.

Records are written one by one, so that a run that is interrupted goes on where it stopped: if the same thing is run.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from eval.scoring import Record

Identity = Mapping[str, Any]


class RunFolder:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._identity, self._records, self._summary = (
            folder / name for name in ("run.json", "records.jsonl", "summary.json")
        )

    def begin(self, identity: Identity) -> list[Record]:
        """The records of an interrupted run of the very same; else none, and what stands here is replaced."""
        self.folder.mkdir(parents=True, exist_ok=True)
        known = json.loads(self._identity.read_text(encoding="utf-8")) if self._identity.is_file() else None
        if known == json.loads(json.dumps(identity)) and not self._summary.is_file():
            kept = list(self._whole())
            # Written anew: the last line may have been cut short.
            self._records.write_text("".join(_line(record) for record in kept), encoding="utf-8")
            return kept
        for file in (self._summary, self._records):
            file.unlink(missing_ok=True)
        self._identity.write_text(json.dumps(identity, ensure_ascii=False, indent=1), encoding="utf-8")
        self._records.touch()
        return []

    def _whole(self) -> Iterator[Record]:
        if not self._records.is_file():
            return
        for line in self._records.read_text(encoding="utf-8").split("\n"):
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                return

    def add(self, record: Record) -> None:
        """Write one record."""
        with self._records.open("a", encoding="utf-8") as file:
            file.write(_line(record))

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write the figures: only a finished run has them."""
        self._summary.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def records(self) -> list[Record]:
        """The records of a finished run; InputError where there is none."""
        self.summary()
        return list(self._whole())

    def summary(self) -> dict[str, Any]:
        """The figures of a finished run; InputError where there is none."""
        if not self._summary.is_file():
            raise InputError(f"{self.folder} 里没有跑完的评测；请先运行 python -m eval run --out {self.folder}。")
        try:
            summary: dict[str, Any] = json.loads(self._summary.read_text(encoding="utf-8"))
        except json.JSONDecodeError as exc:
            raise InputError(f"{self._summary} 不是 JSON（{exc.msg}）；请重新运行评测。") from exc
        return summary


def _line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
