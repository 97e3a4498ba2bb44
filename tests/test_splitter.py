"""The splitter: pieces within the limit, whole words, nothing lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_text_splitters import TextSplitter

from corpus.errors import InputError
from ingest.reading import understand
from ingest.segment import segments, uncovered
from ingest.splitter import PolicyTextSplitter
from tests.conftest import SEED

TEXT = (
    "推动长三角公共服务便利共享。着力补齐民生短板，推进资源共享；拓展社会保障卡应用场景，研究落实同城待遇。\n第二段。"
)


def test_it_is_a_langchain_splitter() -> None:
    splitter = PolicyTextSplitter(chunk_size=30)
    assert isinstance(splitter, TextSplitter)
    documents = splitter.create_documents([TEXT])
    assert [d.page_content for d in documents] == splitter.split_text(TEXT)


def test_it_cuts_at_sentences_before_clauses() -> None:
    assert PolicyTextSplitter(chunk_size=40).split_text(
        "甲乙丙丁戊己庚辛。子丑寅卯，辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃辰宿列张"
    ) == ["甲乙丙丁戊己庚辛。子丑寅卯，辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃辰宿列张"]
    assert (
        PolicyTextSplitter(chunk_size=16).split_text("甲乙丙丁戊己庚辛。子丑寅卯，辰巳午未。")[0]
        == "甲乙丙丁戊己庚辛。"
    )


def test_it_never_cuts_inside_a_word() -> None:
    pieces = PolicyTextSplitter(chunk_size=7).split_text("拓展社会保障卡应用场景建设")
    assert any("社会保障卡" in piece for piece in pieces)


def test_an_overlap_begins_at_a_clause() -> None:
    pieces = PolicyTextSplitter(chunk_size=24, chunk_overlap=10).split_text(
        "甲乙丙丁，戊己庚辛，子丑寅卯。辰巳午未，申酉戌亥，天地玄黄。"
    )
    assert len(pieces) >= 2
    assert pieces[1][:4] in pieces[0]


def test_a_limit_below_two_is_refused() -> None:
    with pytest.raises(InputError, match="chunk_size"):
        PolicyTextSplitter(chunk_size=1)


@given(st.text(alphabet="甲乙社会保障卡。，；\n 70条A", max_size=200), st.integers(2, 60))
def test_pieces_are_within_the_limit_and_lose_nothing(text: str, limit: int) -> None:
    spans = PolicyTextSplitter(chunk_size=limit).spans(text)
    assert all(end - start <= limit for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


def test_segments_of_the_seed_hold_every_character() -> None:
    understood = understand(SEED)
    assert uncovered(understood.document.text, understood.segments) == 0
    small = segments(understood.document, PolicyTextSplitter(chunk_size=60))
    assert uncovered(understood.document.text, small) == 0
    assert uncovered(understood.document.text, small[1:]) > 0


def test_a_segment_carries_the_headings_above_it() -> None:
    trails = {str(s.address): s.trail for s in understand(SEED).segments}
    assert trails["二/（三）/六是"][1:] == ("主要内容", "保障措施")
