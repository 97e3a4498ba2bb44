"""Why a part stands where it does in a search, and a reranker's second look."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import Address
from corpus.errors import InputError, StateError
from corpus.reranking import CrossEncoderReranker, open_reranker
from rag import Assistant
from rag.__main__ import main
from rag.retrieve import RerankedRetriever
from rag.types import Hit, Query

QUESTION = "社会保障卡怎么用"


@pytest.mark.model
def test_the_part_that_is_found_first_says_so_at_every_stage(assistant: Assistant) -> None:
    found = assistant.explain(QUESTION, "二/（二）/七是")
    assert [(stage.name, stage.rank) for stage in found.stages] == [
        ("structural", None), ("lexical", 1), ("dense", 1), ("fused", 1),
    ]  # fmt: skip
    hit = assistant.search(QUESTION)[0][0]
    assert found.stages[3].score == hit.score
    assert "第 1 位" in found.fell_out


@pytest.mark.model
def test_a_part_behind_the_last_place_says_where_it_fell_out(assistant: Assistant) -> None:
    order = [str(hit.address) for hit in assistant.search(QUESTION, 12)[0]]
    found = assistant.explain(QUESTION, order[8], 3)
    assert found.stages[3].rank == 9
    assert "第 9 位，只取前 3 位" in found.fell_out


@pytest.mark.model
def test_a_part_named_by_its_number_is_found_by_it(assistant: Assistant) -> None:
    found = assistant.explain("第七部分对社会保障卡是怎么说的", "二/（二）/七是")
    assert (found.stages[0].rank, found.stages[0].score) == (1, 1.0)


@pytest.mark.model
@pytest.mark.parametrize("named", ["二/（三）/九是", "第七零", "xxxx:二"])
def test_a_part_that_there_is_not_is_refused_in_one_line(assistant: Assistant, named: str) -> None:
    with pytest.raises(InputError):
        assistant.explain(QUESTION, named)


@pytest.mark.model
def test_the_door_explains_in_words_and_as_json(seed_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["search", QUESTION, "--explain", "二/（二）/七是", "--index", str(seed_index)]
    assert main(asked) == 0
    assert "按语义：第 1 位" in capsys.readouterr().out
    assert main([*asked, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["stages"][2]["stage"] == "dense"
    assert printed["address"] == "二/（二）/七是"


class Longest:
    """A `Reranker` that likes long texts."""

    fingerprint = "longest"

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        assert question
        return np.array([len(text) for text in texts], np.float32)


class Fixed:
    """Stages that give four hits."""

    hits = tuple(Hit(name, Address(), score) for name, score in (("a", 4.0), ("bbb", 3.0), ("cc", 2.0), ("dddd", 1.0)))

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        return self.stages(query, k)[-1]

    def stages(self, query: Query, k: int, spare: int = 0) -> tuple[list[Hit], list[Hit], list[Hit]]:
        assert query
        return [], [], list(self.hits[: k + spare])


@pytest.mark.model
def test_a_reranker_changes_the_order_of_the_best_alone(assistant: Assistant) -> None:
    query = assistant._parts.reader.read(QUESTION)
    reranked = RerankedRetriever(Fixed(), Longest(), lambda hit: hit.document_id, 3)
    hits = reranked.retrieve(query, 4)
    assert [(hit.document_id, hit.score) for hit in hits] == [("bbb", 4.0), ("cc", 3.0), ("a", 2.0), ("dddd", 1.0)]
    assert [hit.document_id for hit in reranked.retrieve(query, 2)] == ["bbb", "cc"]


def test_no_reranker_is_used_unless_one_is_named(tmp_path: Path) -> None:
    assert open_reranker("") is None
    with pytest.raises(StateError, match="没有重排模型"):
        CrossEncoderReranker(str(tmp_path / "none"))


def test_any_cross_encoder_in_a_folder_will_do(tmp_path: Path) -> None:
    """A BERT of one small layer with random weights: its scores mean nothing, but they are one for each text."""
    from tokenizers import Tokenizer, models
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "社", "会"]
    pieces = Tokenizer(models.WordPiece({word: place for place, word in enumerate(words)}, unk_token=words[1]))
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=pieces, pad_token=words[0], unk_token=words[1], cls_token=words[2], sep_token=words[3]
    )
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    reranker = CrossEncoderReranker(str(tmp_path))
    assert reranker.scores("社会", []).shape == (0,)
    one, other = reranker.scores("社会", ["社", "会 社"]), reranker.scores("社会", ["会 社"])
    assert one.shape == (2,)
    assert one[1] == pytest.approx(other[0], abs=1e-5)
