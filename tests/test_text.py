"""Normalization and analysis: one spelling, and terms that are the same for a document and a question."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.analyzer import Analyzer
from corpus.errors import InputError
from corpus.lexicon import english_terms, frame_words, places, policy_words, synonyms
from corpus.normalize import fold, fold_with_offsets, is_traditional


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


def test_width_case_and_traditional_forms_fold_to_one() -> None:
    assert fold("社會保障卡（ＡＢ）“一卡通”") == '社会保障卡(ab)"一卡通"'
    assert fold("皖政〔２０２４〕12號") == "皖政[2024]12号"


@given(st.text(max_size=60))
def test_offsets_of_a_folded_text_rise_and_end_at_the_end(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(offsets) == len(folded) + 1
    assert offsets[-1] == len(text)
    assert offsets == sorted(offsets)
    assert folded == fold(text)


def test_one_sign_that_folds_to_three_leads_back_to_one() -> None:
    folded, offsets = fold_with_offsets("甲㈠乙")
    assert folded == "甲(一)乙"
    assert offsets == [0, 1, 1, 1, 2, 3]


def test_traditional_text_is_recognised() -> None:
    assert is_traditional("社會保障")
    assert not is_traditional("社会保障ABC（）")


def test_question_and_text_get_the_same_terms_whatever_the_spelling(analyzer: Analyzer) -> None:
    assert analyzer.terms("提出七十条具体举措") == analyzer.terms("提出70條具體舉措")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("见皖政〔2024〕12号文件", "[2024]12号"),
        ("第七部分的内容", "第7部分"),
        ("2024年8月20日印发", "2024年8月20日"),
        ("2024年8月20日印发", "8月20日"),
        ("提出七十条举措", "70条"),
        ("增长3.5%左右", "3.5%"),
        ("社会保障卡", "社会保障卡"),
        ("社会保障卡", "保障"),
        ("发展AI产业", "ai"),
        ("长三角一体化", "一体化"),
    ],
)
def test_what_must_stay_whole_stays_whole(analyzer: Analyzer, text: str, term: str) -> None:
    assert term in analyzer.terms(text)


def test_words_know_their_places(analyzer: Analyzer) -> None:
    text = fold("拓展社会保障卡,提出70条")
    for word in analyzer.words(text, folded=True):
        if word.kind == "word":
            assert text[word.start : word.end] == word.text


def test_the_dictionary_tells_a_place_from_a_verb(analyzer: Analyzer) -> None:
    assert analyzer.tag("浙江") == "ns"
    assert analyzer.tag("推动") == "v"
    assert analyzer.tag("并无此词之词") == ""


def test_word_lists_are_filled_and_symmetric() -> None:
    assert "一卡通" in policy_words()
    assert "社会保障卡" in synonyms()["社保卡"]
    assert "社保卡" in synonyms()["社会保障卡"]
    assert "皖" in places()["安徽"]
    assert "什么" in frame_words()


@pytest.mark.parametrize("damaged", [b"", b"junk", b"i\x01\x00\x00\x00"])
def test_a_damaged_dictionary_cache_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: bytes
) -> None:
    """A disk that filled up while it was written must not cost the user every later start."""
    monkeypatch.setenv("CEWEN_CACHE", str(tmp_path))
    cache = tmp_path / "jieba.cache"
    cache.write_bytes(damaged)
    words = [word.text for word in Analyzer().words("推进社会保障卡应用")]
    assert words == ["推进", "社会保障卡", "应用"]
    assert cache.stat().st_size > 1_000_000
    assert [word.text for word in Analyzer().words("推进社会保障卡应用")] == words


class TestOwnWords:
    """Lists in a folder of the user's own are read behind those that ship."""

    def test_entries_are_added_to_the_list_of_the_same_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "synonyms.txt").write_text("# 本市的说法\n惠民保 补充医疗保险\n", encoding="utf-8")
        (tmp_path / "policy_words.txt").write_text("滁宁城际", encoding="utf-8")
        monkeypatch.setenv("CEWEN_WORDS", str(tmp_path))
        assert synonyms.__wrapped__()["惠民保"] == ("补充医疗保险",)
        assert "社会保障卡" in synonyms.__wrapped__()["社保卡"]
        assert "滁宁城际" in policy_words.__wrapped__()

    @pytest.mark.parametrize(
        ("name", "words", "message"),
        [
            ("synonym.txt", "甲 乙", "synonym.txt 不是词表"),
            ("english_terms.txt", "card 卡", "card 卡.*甲 = 乙"),
            ("absent", "", "不存在"),
        ],
    )
    def test_what_is_wrong_is_said_in_one_line(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str, message: str
    ) -> None:
        monkeypatch.setenv("CEWEN_WORDS", str(tmp_path / name if name == "absent" else tmp_path))
        if words:
            (tmp_path / name).write_text(words, encoding="utf-8")
        with pytest.raises(InputError, match=message):
            english_terms.__wrapped__()

    def test_a_list_in_another_encoding_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "synonyms.txt").write_bytes("惠民保 补充医疗保险".encode("gb18030"))
        monkeypatch.setenv("CEWEN_WORDS", str(tmp_path))
        with pytest.raises(InputError, match="不是 UTF-8"):
            synonyms.__wrapped__()
