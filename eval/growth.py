"""How time and memory grow with the corpus: ours beside the baseline, the same texts and questions, in one process.

Searching costs the same whatever the vectors say. So passages get vectors drawn by their hash, and what embedding
costs is measured on a sample: 100,000 real vectors would take the better part of an hour. Questions are embedded
for real.
"""

import hashlib
import json
import math
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from corpus.analyzer import Analyzer
from corpus.collection import Collection
from corpus.embedding import Encoder, Kind, Vectors, open_encoder
from corpus.errors import InputError
from corpus.model import Document
from corpus.numerals import to_chinese
from corpus.processes import working_processes
from eval.corpora import texts_at
from eval.dataset import Question
from eval.systems.baseline import Baseline
from ingest.rows import Row, ingest_rows
from rag.assembly import assemble
from rag.assistant import Assistant
from rag.settings import load_settings

_QUESTIONS: Final = 40
_SAMPLE: Final = 64
#: In characters: so long a text is one segment.
_LONGEST: Final = 380
ARTICLES: Final = 50
#: Words of an article, enough to fill it up to `_LONGEST`, so that the baseline's pieces are about as many as our
#: segments; and of each of its sentences.
_WORDS, _SENTENCE = 240, 15
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]+")
#: The baseline's BM25 keeps every word of every text as Python objects: beyond, memory would not hold them.
_BASELINE_LIMIT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured at one size; milliseconds are medians, seconds of ingest leave embedding out."""

    segments: int
    encoder_ms: float
    search_ms: float
    search_p95_ms: float
    ask_ms: float
    baseline_ms: float
    ingest_seconds: float
    add_seconds: float
    embed_per_second: float
    memory_mb: float
    index_mb: float
    baseline_seconds: float


class HashedEncoder:
    """`Encoder` whose passages get a vector drawn by the text's hash; questions are embedded by the real one."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.dimension, self.fingerprint = encoder.dimension, f"hashed/{encoder.fingerprint}"

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See `Encoder.encode`."""
        if kind == "query" or not texts:
            return self._encoder.encode(texts, kind)
        seeds = (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) for text in texts)
        drawn = np.stack([np.random.default_rng(seed).standard_normal(self.dimension, np.float32) for seed in seeds])
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)

    @property
    def plain(self) -> Encoder:
        """See `Encoder.plain`."""
        return self._encoder.plain

    def sketch(self, words: Sequence[str]) -> Vectors:
        """See `Encoder.sketch`."""
        return self._encoder.sketch(words)


def measure(sizes: Sequence[int], texts: Path | None, console: Console) -> list[Figures]:
    """The figures at every size, smallest first: all indexes are filled before the first is asked.

    So whoever wants quiet while milliseconds are counted knows when.
    """
    encoder = open_encoder()
    encoder.encode(["预热"], "query")
    with tempfile.TemporaryDirectory(prefix="cewen-bench-") as folder:
        filled = []
        for size in sorted(sizes):
            console.print(f"收录 {size} 个片段……")
            filled.append(
                _filled(drafted(size) if texts is None else taken(texts, size), Path(folder) / str(size), encoder)
            )
        console.print("提问……")
        return [_asked(each, encoder) for each in filled]


def taken(path: Path, size: int) -> list[Row]:
    """`size` rows of a corpus; where it has fewer, they come again with a number before them."""
    rows = texts_at(path).rows
    if not rows:
        raise InputError(f"{path} 不是含 corpus.jsonl 的语料；请给出这样的文件夹，或不给 --texts。")
    made = []
    for number in range(size):
        again, place = divmod(number, len(rows))
        text = rows[place].text[:_LONGEST]
        made.append(Row(str(number), f"{rows[place].title}（{again}）", f"第{again}次：{text}" if again else text))
    return made


def drafted(size: int) -> list[Row]:
    """Regulations of 50 articles, `size` articles in all, of words drawn as often as general texts have them.

    A few sentences again and again would put each word into a tenth of all texts, and no corpus is like that.
    """
    vocabulary = {word: count for word, count in Analyzer().vocabulary().items() if _CHINESE.fullmatch(word)}
    words, counts = np.array(list(vocabulary)), np.array(list(vocabulary.values()), np.float64)
    reach = np.cumsum(counts / counts.sum())
    return [regulation(number, words, reach) for number in range(math.ceil(size / ARTICLES))]


def regulation(number: int, words: NDArray[np.str_], reach: NDArray[np.float64]) -> Row:
    """One drafted document; the words of its articles are drawn by its number."""
    drawn = words[
        np.searchsorted(reach, np.random.default_rng(number).random((ARTICLES, _WORDS))).clip(max=len(words) - 1)
    ]
    articles = []
    for place, row in enumerate(drawn.tolist(), 1):
        text = "。".join("".join(row[start : start + _SENTENCE]) for start in range(0, _WORDS, _SENTENCE))
        articles.append(f"第{to_chinese(place)}条 {text[:_LONGEST]}。")
    return Row(f"r{number}", f"第{number}号事项管理办法", "\n".join(articles))


@dataclass(frozen=True, slots=True)
class Filled:
    """An index that has been filled, what that took in seconds, and what is to be asked of it."""

    index: Path
    seconds: float
    adding: float
    sample: tuple[str, ...]
    questions: tuple[str, ...]


def _filled(rows: Sequence[Row], index: Path, encoder: Encoder) -> Filled:
    hashed = HashedEncoder(encoder)
    seconds = _seconds(lambda: _fill(rows, index, hashed))
    # Afterwards, to see what one more document of 50 segments costs.
    adding = _seconds(lambda: _fill([replace(rows[0], id="one-more", title="新增事项管理办法")], index, hashed))
    every = [_phrase(rows[place * len(rows) // (2 * _QUESTIONS)].text, place) for place in range(2 * _QUESTIONS)]
    sample = tuple(row.text[:_LONGEST] for row in rows[:_SAMPLE])
    return Filled(index, round(seconds, 2), round(adding, 2), sample, tuple(every))


def _asked(filled: Filled, encoder: Encoder) -> Figures:
    # What has been searched for is remembered: asking needs questions of its own.
    questions, others = filled.questions[::2], filled.questions[1::2]
    # A process of its own, as whoever asks has: its memory is not that of filling.
    with working_processes(1) as alone:
        asked = alone.submit(asking, filled.index, questions, others).result()
    size = sum(file.stat().st_size for file in filled.index.rglob("*") if file.is_file()) / 1e6
    built, beside = math.nan, math.nan
    if asked["segments"] <= _BASELINE_LIMIT:
        hashed = HashedEncoder(encoder)
        with Collection.open(filled.index, encoder=hashed) as collection:
            documents = collection.documents()
        begun = time.perf_counter()
        baseline = Baseline(documents, encoder, hashed)
        built = time.perf_counter() - begun
        beside = _median(baseline.ask(_question(question, documents)).search_ms for question in questions)
    rate = len(filled.sample) / _seconds(lambda: encoder.encode(filled.sample, "passage"))
    return Figures(
        int(asked["segments"]), asked["encoder"], asked["search"], asked["search_p95"], asked["ask"], beside,
        filled.seconds, filled.adding, round(rate, 1), asked["memory"], round(size, 1), round(built, 2),
    )  # fmt: skip


def asking(index: Path, questions: Sequence[str], others: Sequence[str]) -> dict[str, float]:
    """What a process that only asks measures: milliseconds, its memory in MB, and how many segments there are."""
    encoder = open_encoder()
    encoder.encode(["预热"], "query")
    collection = Collection.open(index, encoder=HashedEncoder(encoder))
    assistant = Assistant(assemble(collection, load_settings()))
    for question in others[: len(others) // 4]:
        assistant.find(question, 10)
    passes, searches = [], []
    for question in questions:
        # In turn, so that both find the caches as a user's question does, and a machine that is as fast or slow.
        passes.append(1000 * _seconds(partial(encoder.encode, [question], "query")))
        searches.append(assistant.find(question, 10)[1]["total"])
    asks = [assistant.ask(question).timings_ms["total"] for question in others]
    figures = {
        "segments": float(len(collection)), "encoder": _median(passes), "search": _median(searches),
        "search_p95": round(statistics.quantiles(searches, n=20, method="inclusive")[-1], 2), "ask": _median(asks),
        "memory": round(_resident(), 1),
    }  # fmt: skip
    assistant.close()
    return figures


def _phrase(text: str, place: int) -> str:
    """A sentence of one of a text's lines without its mark, as a question."""
    lines = text.split("\n")
    return lines[place % len(lines)].split("。")[0].split(" ")[-1][:24]


def _question(words: str, documents: Sequence[Document]) -> Question:
    return Question(id="q", question=words, documents=(documents[0].id,))


def _fill(rows: Sequence[Row], index: Path, encoder: Encoder) -> None:
    with Collection.open(index, encoder=encoder, writable=True) as collection:
        for _ in ingest_rows(rows, collection):
            pass


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 2)


def _resident() -> float:
    status = Path("/proc/self/status")
    if not status.is_file():
        return math.nan
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def show(found: Sequence[Figures], console: Console) -> None:
    """The figures as a table."""
    table = Table(
        "片段", "编码器 ms", "查找 ms", "95%", "作答 ms", "baseline ms", "倍", "收录 s", "添一份 s", "内存 MB"
    )
    for row in found:
        table.add_row(
            str(row.segments),
            *(f"{value:.3g}" for value in (
                row.encoder_ms, row.search_ms, row.search_p95_ms, row.ask_ms, row.baseline_ms,
                row.baseline_ms / row.search_ms, row.ingest_seconds, row.add_seconds, row.memory_mb,
            )),
        )  # fmt: skip
    console.print(table)


def _plain(row: Figures) -> dict[str, float | None]:
    """A row for JSON, which knows no "not a number"."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value for name, value in asdict(row).items()
    }


def write(found: Sequence[Figures], folder: Path) -> list[Path]:
    """`growth.json` and `growth.svg` in `folder`."""
    from eval.plots import growth

    folder.mkdir(parents=True, exist_ok=True)
    figures, drawing = folder / "growth.json", folder / "growth.svg"
    figures.write_text(json.dumps([_plain(row) for row in found], indent=1) + "\n", encoding="utf-8")
    series: dict[str, Sequence[float | None]] = {
        "cewen search": [row.search_ms for row in found],
        "baseline search": [None if math.isnan(row.baseline_ms) else row.baseline_ms for row in found],
        "encoder alone": [row.encoder_ms for row in found],
    }
    drawing.write_text(growth([row.segments for row in found], series, "ms"), encoding="utf-8")
    return [figures, drawing]
