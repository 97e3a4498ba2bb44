"""What tests share: no socket but loopback, one encoder, the seed ingested once, and figures printed at the end."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from corpus import Collection
from corpus.embedding import Encoder, Kind, Vectors, open_encoder
from ingest import ingest
from rag import Assistant

ROOT = Path(__file__).resolve().parent.parent
SEED = next((ROOT / "corpus" / "documents").glob("*.txt"))
FIGURES: list[str] = []

# No deadline: the first example pays for loading the dictionary. The same examples every time, so that CI is steady.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return open_encoder()


@pytest.fixture(scope="session")
def seed_index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("index")
    with Collection.open(folder, encoder=encoder, writable=True) as collection:
        report = ingest([SEED], collection)
    assert not report.failed
    return folder


@pytest.fixture(scope="session")
def assistant(seed_index: Path) -> Iterator[Assistant]:
    opened = Assistant.open(seed_index)
    yield opened
    opened.close()


@pytest.fixture
def figure() -> list[str]:
    """Lines added here are printed when all tests have run."""
    return FIGURES


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that runs a share of the tests hands its figures to the one that prints them."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = FIGURES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    FIGURES.extend(getattr(node, "workeroutput", {}).get("figures", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in FIGURES:
        terminalreporter.write_line(line)


class LetterEncoder:
    """Visible arithmetic: a text's vector counts its characters by code modulo 8, brought to unit length."""

    dimension = 8

    def __init__(self, fingerprint: str = "letters") -> None:
        self.fingerprint = fingerprint

    @property
    def plain(self) -> "LetterEncoder":
        return self

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        assert kind in ("query", "passage")
        counts = np.zeros((len(texts), 8), np.float32)
        for row, text in enumerate(texts):
            for character in text:
                counts[row, ord(character) % 8] += 1
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return (counts / np.where(lengths == 0, 1, lengths)).astype(np.float32)

    def sketch(self, words: Sequence[str]) -> Vectors:
        return self.encode(words, "passage")
