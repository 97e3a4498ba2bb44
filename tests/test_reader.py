"""The span reader: adapters on disk and on the network, places that lead back to the source, and what it may say."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from corpus import StateError, bundled
from corpus.adapter import Adapter, digest, fresh, load_adapter, save_adapter
from corpus.bert import BertEncoder
from corpus.embedding import E5_PROMPTS
from corpus.model import Document
from corpus.network import Bert
from corpus.reader import Passage, Row, Span, SpanReader, as_row, below_reader, best_span, open_reader, trimmed
from ingest import understand
from rag import Assistant
from rag.answer.short import read
from rag.answering_words import EvidenceReader
from rag.settings import Answering, Settings
from rag.types import AnsweringWords, Evidence, Expects, Query, Sentence
from tests.conftest import LetterEncoder
from tests.tiny import HIDDEN, tiny_folder

QUERY = Query("问", "问", "zh", Expects.TEXT, (), None, (), "问")


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Bert:
    return Bert(tiny_folder(tmp_path_factory.mktemp("tiny") / "model"), bf16=False)


def adapter_of(bert: Bert, seed: int = 0) -> Adapter:
    draw = torch.Generator().manual_seed(seed)
    head = {"weight": torch.randn(2, HIDDEN, generator=draw), "bias": torch.randn(2, generator=draw)}
    return replace(
        fresh(bert, 2, range(99), head, seed), about={"base": "tiny", "name": "reader", "scale": "1", "shift": "0"}
    )


class TestAdapters:
    def test_a_fresh_one_changes_nothing_and_a_trained_one_does(self, bert: Bert) -> None:
        rows = [[0, 4, 5, 2], [0, 7, 2]]
        plain = bert.run(rows).hidden
        adapter = adapter_of(bert)
        assert torch.equal(bert.run(rows, adapter.added).hidden, plain)
        for _, up in adapter.added.values():
            up.add_(0.1)
        assert not torch.allclose(bert.run(rows, adapter.added).hidden, plain, atol=1e-3)
        assert torch.equal(bert.run(rows).hidden, plain)

    def test_it_adds_the_product_of_its_matrices(self, bert: Bert) -> None:
        """One layer's narrow matrix: W + B A laid into the weights gives the same as the adapter beside them."""
        adapter = adapter_of(bert)
        down, up = adapter.added[0, "narrow"]
        up.add_(torch.randn(up.shape, generator=torch.Generator().manual_seed(1)))
        beside = bert.run([[0, 5, 6, 2]], {(0, "narrow"): (down, up)}).hidden
        name = "encoder.layer.0.output.dense.weight"
        weight = bert._weights[name]
        bert._weights[name] = weight + up @ down
        try:
            assert torch.allclose(bert.run([[0, 5, 6, 2]]).hidden, beside, atol=1e-5)
        finally:
            bert._weights[name] = weight

    def test_what_is_saved_is_what_is_read_in_half_precision(self, bert: Bert, tmp_path: Path) -> None:
        adapter = adapter_of(bert)
        save_adapter(tmp_path / "a" / "reader.safetensors", adapter)
        read = load_adapter(tmp_path / "a" / "reader.safetensors", "tiny", "reader")
        assert dict(read.about) == dict(adapter.about)
        assert read.added.keys() == adapter.added.keys()
        for key, pair in adapter.added.items():
            for one, other in zip(pair, read.added[key], strict=True):
                assert torch.allclose(one, other, atol=1e-3)
        assert torch.allclose(read.head["weight"], adapter.head["weight"], atol=2e-3)

    def test_one_of_another_network_or_no_adapter_is_refused(self, bert: Bert, tmp_path: Path) -> None:
        save_adapter(tmp_path / "reader.safetensors", adapter_of(bert))
        with pytest.raises(StateError, match="别的模型"):
            load_adapter(tmp_path / "reader.safetensors", "another", "reader")
        with pytest.raises(StateError, match="不是 retriever 而是 reader"):
            load_adapter(tmp_path / "reader.safetensors", "tiny", "retriever")
        (tmp_path / "broken.safetensors").write_bytes(b"no adapter")
        for name in ("broken.safetensors", "absent.safetensors"):
            with pytest.raises(StateError, match="读不出来"):
                load_adapter(tmp_path / name, "tiny", "reader")


class TestLying:
    """What a reader's adapter lies over: the layers below its head, and the adapter that it was trained over."""

    PASSAGES = tuple(Passage(text) for text in ("推进社会保障卡应用", "光伏产业发展", "产业，社会，推进"))

    @staticmethod
    def trained(bert: Bert, seed: int, layers: range = range(99)) -> Adapter:
        adapter = adapter_of(bert, seed)
        kept = {key: pair for key, pair in adapter.added.items() if key[0] in layers}
        for _, up in kept.values():
            up.normal_(generator=torch.Generator().manual_seed(seed))
        return replace(adapter, added=kept)

    def test_layers_above_the_last_that_is_changed_are_not_run(self, tmp_path: Path) -> None:
        bert = Bert(tiny_folder(tmp_path / "model", layers=3), bf16=False)
        adapter = self.trained(bert, 1, range(2))
        assert adapter.depth == 2
        bert.merge(self.trained(bert, 2).added)
        read = SpanReader(bert, adapter).read("推进产业", self.PASSAGES)
        matrix, bias, prefix = bert._layers[2]
        bert._layers[2] = (matrix * torch.nan, bias, prefix)
        assert SpanReader(bert, adapter).read("推进产业", self.PASSAGES) == read
        assert bert.run([[0, 5, 2]]).hidden.isnan().all()

    def test_over_what_is_merged_it_lies_alone_and_reads_as_over_any_other(self, tmp_path: Path) -> None:
        folder = tiny_folder(tmp_path / "model", layers=2)
        bert = Bert(folder, bf16=False)
        below, other, adapter = (self.trained(bert, seed) for seed in (1, 2, 3))
        found = []
        for merged in (None, below, other):
            network = Bert(folder, bf16=False)
            if merged is not None:
                network.merge(merged.added)
            reader = SpanReader(network, adapter, below)
            [rank] = {down.shape[0] for (_, place), (down, _) in reader._adapter.added.items() if place == "wide"}
            found.append((rank, reader.read("推进产业", self.PASSAGES)))
        assert [rank for rank, _ in found] == [4, 2, 6]
        for _, spans in found[1:]:
            for span, first in zip(spans, found[0][1], strict=True):
                assert span is not None
                assert first is not None
                assert (span.start, span.end) == (first.start, first.end)
                assert span.sure == pytest.approx(first.sure, abs=1e-4)

    def test_one_over_a_retriever_that_does_not_ship_is_refused(
        self, bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("corpus.reader.SHIPPED", tmp_path)
        adapter, retriever = adapter_of(bert), replace(adapter_of(bert, 1), about={"base": "tiny", "name": "retriever"})
        assert below_reader(adapter, "tiny") is None
        save_adapter(tmp_path / "retriever.safetensors", retriever)
        for each in (None, replace(adapter, about={**adapter.about, "over": digest(retriever)})):
            below = below_reader(each, "tiny")
            assert below is not None
            assert digest(below) == digest(retriever)
        with pytest.raises(StateError, match="另一个检索适配器"):
            below_reader(replace(adapter, about={**adapter.about, "over": "0123456789ab"}), "tiny")


class TestSpans:
    #: Three tokens of the question, then a passage of four.
    ROW = Row([0, 5, 2, 6, 7, 8, 9, 2], 3, 6, [(0, 0), (0, 1), (0, 0), (0, 1), (1, 2), (2, 3), (3, 4), (0, 0)])

    def test_the_best_pair_is_taken_and_measured_against_none(self) -> None:
        scored = torch.zeros(8, 2)
        scored[4, 0], scored[5, 1], scored[0, 0] = 3.0, 2.0, 1.5
        assert best_span(self.ROW, scored) == (4, 5, 3.5)

    def test_an_answer_never_ends_before_it_begins_nor_stands_in_the_question(self) -> None:
        scored = torch.zeros(8, 2)
        scored[6, 0], scored[3, 1], scored[1] = 3.0, 3.0, 9.0
        first, last, _ = best_span(self.ROW, scored)
        assert 3 <= first <= last <= 6

    def test_signs_at_the_ends_are_no_part_of_it(self) -> None:
        assert trimmed("、发展,。", 0, 5) == (1, 3)
        assert trimmed("。,", 0, 2) == (2, 2)

    def test_places_are_those_of_the_source_whatever_its_spelling(self, bert: Bert) -> None:
        """㎡ folds to two characters and 產 to one: the words are cut from the source all the same."""
        reader = SpanReader(bert, adapter_of(bert))
        for passage in ("推進社會保障卡產業發展", "㎡推进㎡光伏", "  推进\n光伏  "):
            [span] = reader.read("推进产业", [Passage(passage)])
            assert span is not None
            assert 0 <= span.start < span.end <= len(passage)
            assert passage[span.start : span.end].strip()
            assert 0 < span.sure < 1

    def test_passages_are_read_alone_or_together_alike(self, bert: Bert) -> None:
        reader = SpanReader(bert, adapter_of(bert))
        passages = ["推进社会保障卡应用", "", "光伏产业发展", "   "]
        together = reader.read("产业", [Passage(passage) for passage in passages])
        assert [span is None for span in together] == [False, True, False, True]
        for passage, span in zip(passages, together, strict=True):
            [alone] = reader.read("产业", [Passage(passage)])
            assert (alone is None) == (span is None)
            if alone and span:
                assert (alone.start, alone.end) == (span.start, span.end)
                assert math.isclose(alone.sure, span.sure, abs_tol=1e-4)

    def test_an_endless_question_leaves_the_passage_its_room(self, bert: Bert) -> None:
        [span] = SpanReader(bert, adapter_of(bert)).read("产业" * 200, [Passage("光伏")])
        assert span is not None
        assert (span.start, span.end) in {(0, 1), (1, 2), (0, 2)}

    def test_offsets_count_in_the_passage(self, bert: Bert) -> None:
        row = as_row(bert.tokenizer, "产业", Passage("光伏产业"))
        assert row is not None
        assert row.offsets[row.last][1] == 4

    def test_the_title_above_is_read_and_never_the_answer(self, bert: Bert) -> None:
        row = as_row(bert.tokenizer, "产业", Passage("光伏产业", "推进社会保障卡"))
        assert row is not None
        assert bert.tokenizer.decode(row.ids[: row.first]).rstrip().endswith("推进社会保障卡")
        assert (row.offsets[row.first][0], row.offsets[row.last][1]) == (0, 4)
        reader = SpanReader(bert, adapter_of(bert))
        for under in ("", "光伏", "关于推进光伏产业发展的通知 一、产业"):
            [span] = reader.read("推进产业", [Passage("推进光伏产业", under)])
            assert span is not None
            assert 0 <= span.start < span.end <= 6


class TestShipped:
    def test_it_is_for_the_shipped_network_alone(self, tmp_path: Path) -> None:
        assert open_reader(LetterEncoder()) is None
        tiny = BertEncoder(tiny_folder(tmp_path / "tiny"), E5_PROMPTS, "tiny", bf16=False)
        assert open_reader(tiny) is None

    @pytest.mark.model
    def test_it_reads_and_says_where_it_comes_from(self) -> None:
        network = BertEncoder(bundled.model_folder(), E5_PROMPTS, bundled.FINGERPRINT)
        reader = open_reader(network)
        assert reader is not None
        passage = "推动六安与上海对口合作。2025年，全省新增就业70万人，由省人力资源社会保障厅负责。"
        asked = {
            "六安与哪个城市对口合作？": "上海",
            "新增就业多少人？": "70万人",
            "由哪个部门负责？": "省人力资源社会保障厅",
        }
        for question, words in asked.items():
            [span] = reader.read(question, [Passage(passage)])
            assert span is not None
            assert words in passage[span.start : span.end] or passage[span.start : span.end] in words
            assert span.sure > 0.5
        [span] = reader.read("合肥市长是谁？", [Passage(passage)])
        assert span is not None
        assert span.sure < 0.5
        about = reader.about
        assert "CC BY-SA" in about["licence"]
        assert about["base"] == bundled.FINGERPRINT


def sentence(document: Document, words: str, score: float = 1.0) -> Sentence:
    start = document.text.index(words)
    return Sentence(document, document.innermost(start), start, start + len(words), score)


class Points(SpanReader):
    """Answers with the given words wherever it is shown them."""

    def __init__(self, words: str, sure: float = 0.9) -> None:
        self.words, self.sure, self.shown, self.under = words, sure, "", ""
        self.all_shown: list[str] = []

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span | None]:  # noqa: ARG002
        [(self.shown, self.under)] = passages
        self.all_shown.append(self.shown)
        at = self.shown.find(self.words)
        return [None if at < 0 else Span(at, at + len(self.words), self.sure)]


class TestEvidence:
    """What of the evidence is read, and that the words lead back to their place in the document."""

    TEXT = (
        "关于就业的通知\n\n一、目标\n新增就业70万人。失业率低于5%。\n二、分工\n人社部门负责培训。财政部门负责资金。\n"
    )

    @pytest.fixture(scope="class")
    @classmethod
    def document(cls, tmp_path_factory: pytest.TempPathFactory) -> Document:
        path = tmp_path_factory.mktemp("one") / "通知.txt"
        path.write_text(cls.TEXT, encoding="utf-8")
        return understand(path).document

    def test_the_best_sentences_of_the_best_document_are_read_in_their_order(self, document: Document) -> None:
        found = ("失业率低于5%。", "财政部门负责资金。", "新增就业70万人。")
        evidence = Evidence((), tuple(sentence(document, words) for words in found), 1.0, 0.9)
        reader = Points("70万人")
        words = EvidenceReader(reader, 200).read(QUERY, evidence)
        assert reader.shown == "新增就业70万人。失业率低于5%。财政部门负责资金。"
        assert reader.under == "关于就业的通知 目标"
        assert words is not None
        assert (words.text, words.sure) == ("70万人", 0.9)
        assert document.text[words.start : words.end] == "70万人"

    def test_no_more_is_read_than_the_limit_and_never_nothing(self, document: Document) -> None:
        evidence = Evidence(
            (), (sentence(document, "人社部门负责培训。"), sentence(document, "财政部门负责资金。")), 1.0, 0.9
        )
        for limit, shown in (
            (200, "人社部门负责培训。财政部门负责资金。"),
            (10, "人社部门负责培训。"),
            (4, "人社部门"),
        ):
            reader = Points("人社部门")
            EvidenceReader(reader, limit).read(QUERY, evidence)
            assert reader.shown == shown

    @pytest.mark.parametrize(
        ("words", "sure", "shown"),
        [
            ("人社部门", 0.9, ["人社部门负责培训。"]),
            ("人社部门", 0.3, ["人社部门负责培训。", "财政部门负责资金。"]),
            ("财政部门", 0.9, ["人社部门负责培训。", "财政部门负责资金。"]),
        ],
    )
    def test_where_it_is_not_sure_it_reads_on_once(
        self, document: Document, words: str, sure: float, shown: list[str]
    ) -> None:
        found = ("人社部门负责培训。", "财政部门负责资金。", "新增就业70万人。")
        evidence = Evidence((), tuple(sentence(document, each) for each in found), 1.0, 0.9)
        reader = Points(words, sure)
        best = EvidenceReader(reader, 10).read(QUERY, evidence)
        assert reader.all_shown == shown
        assert best is not None
        assert best.text == words
        # Where it was not looked for first an answer is less likely to stand.
        assert best.sure == sure if words == "人社部门" else 0.5 < best.sure < sure

    def test_words_do_not_run_on_into_what_stands_elsewhere(self, document: Document) -> None:
        evidence = Evidence(
            (), (sentence(document, "人社部门负责培训。"), sentence(document, "财政部门负责资金。")), 1.0, 0.9
        )
        words = EvidenceReader(Points("培训。财政部门"), 200).read(QUERY, evidence)
        assert words is not None
        assert words.text == "培训。"

    def test_without_evidence_nothing_is_read(self) -> None:
        assert EvidenceReader(Points(""), 200).read(QUERY, Evidence((), (), 0.0, 0.0)) is None


class TestSeveral:
    """Where several are asked for, one of them would be a wrong answer."""

    @pytest.mark.parametrize(
        ("question", "words", "short"),
        [
            ("同哪些都市圈联动？", "上海大都市圈", None),
            ("同哪些都市圈联动？", "南京都市圈", None),
            ("同哪些都市圈联动？", "南京都市圈、上海大都市圈和杭州都市圈", "南京都市圈、上海大都市圈和杭州都市圈"),
            ("同什么联动？", "上海大都市圈", "上海大都市圈"),
        ],
    )
    def test_one_of_an_enumeration_is_no_answer_to_which_ones(
        self, question: str, words: str, short: str | None, tmp_path: Path
    ) -> None:
        path = tmp_path / "通知.txt"
        path.write_text("关于联动的通知\n\n一、目标\n同南京都市圈、上海大都市圈和杭州都市圈联动。\n", encoding="utf-8")
        document = understand(path).document
        start = document.text.index(words)
        read_as = AnsweringWords(document, start, start + len(words), 0.9)
        query = replace(QUERY, question=question, folded=question, expects=Expects.TEXT)
        found = read(query, read_as, [sentence(document, "同南京都市圈、上海大都市圈和杭州都市圈联动。")])
        assert (None if found is None else document.text[slice(*found[1])]) == short


@pytest.mark.model
class TestAnswers:
    def test_the_reader_gives_short_answers_and_can_be_done_without(self, seed_index: Path) -> None:
        question = "围绕几个领域提出举措，设置了多少个专题专栏？"
        for reader in ("", "none"):
            assistant = Assistant.open(seed_index, Settings(answering=Answering(reader=reader)))
            answer = assistant.ask(question)
            assistant.close()
            assert answer.status == "answered"
            if answer.short_answer:
                assert any(answer.short_answer in citation.quote for citation in answer.citations)

    def test_what_is_said_of_something_is_quoted_and_not_shortened(self, seed_index: Path) -> None:
        assistant = Assistant.open(seed_index, Settings())
        try:
            assert assistant.ask("第七部分对社会保障卡是怎么说的？").short_answer is None
            assert assistant.ask("六安跟哪个城市对口合作？").short_answer == "上海"
        finally:
            assistant.close()

    def test_an_adapter_that_is_none_is_an_error_with_a_remedy(self, seed_index: Path, tmp_path: Path) -> None:
        settings = Settings(answering=Answering(reader=str(tmp_path / "absent.safetensors")))
        with pytest.raises(StateError, match="重新训练"):
            Assistant.open(seed_index, settings)
