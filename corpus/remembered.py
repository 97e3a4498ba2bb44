"""An encoder that makes the vector of a passage once: what it made is kept in a file, by the text's hash.

For those who build indexes over the same texts again and again, as evaluation does. Questions are not kept, so that
what is measured of asking stays what a user waits for.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.embedding import Encoder, Kind, Vectors
from corpus.errors import StateError

#: How many keys one look-up asks for: SQLite bounds the number of parameters.
_AT_ONCE: Final = 500


class RememberingEncoder:
    """`Encoder` over another one; `file` holds the vectors of any number of encoders, told apart by fingerprint."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder, self._file = encoder, file
        self.dimension, self.fingerprint = encoder.dimension, encoder.fingerprint
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(file, timeout=60)
            self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        except sqlite3.DatabaseError as exc:
            raise StateError(f"{file} 损坏了（{exc}）：请删除它，再运行同一命令。") from exc

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Encoder.encode`."""
        if kind == "query":
            return self._encoder.encode(texts, kind)
        keys = [self._key(text, kind) for text in texts]
        known = self._known(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            made = self._encoder.encode(list(new.values()), kind)
            known.update(zip(new, made, strict=True))
            with self._db:
                rows = [(key, np.asarray(vector, np.float32).tobytes()) for key, vector in zip(new, made, strict=True)]
                self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, self.dimension), np.float32)

    def _key(self, text: str, kind: Kind) -> bytes:
        return hashlib.blake2b(f"{self.fingerprint}\n{kind}\n{text}".encode(), digest_size=16).digest()

    @property
    def plain(self) -> Encoder:
        """See `Encoder.plain`."""
        return self._encoder.plain

    def sketch(self, words: Sequence[str]) -> Vectors:
        """See `Encoder.sketch`."""
        return self._encoder.sketch(words)

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = list(dict.fromkeys(keys[start : start + _AT_ONCE]))
            marks = ",".join("?" * len(some))
            rows = self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some)  # noqa: S608
            found.update((key, np.frombuffer(blob, np.float32)) for key, blob in rows)
        return found
