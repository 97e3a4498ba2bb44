import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import english_to_int, to_chinese, to_int


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("七", 7), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("一百零五", 105), ("一百一十", 110),
        ("一千二百六十", 1260), ("二千零三", 2003), ("柒", 7), ("壹拾贰", 12), ("貳", 2), ("廿三", 23), ("两", 2),
        ("〇", 0), ("二〇二四", 2024), ("7", 7), ("１２", 12), ("③", 3), ("⑳", 20), ("㈢", 3), ("⑶", 3),
        ("（十二）", 12), ("(3)", 3), ("一万零三", 10003),
    ],
)  # fmt: skip
def test_a_written_number_is_read(text: str, number: int) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize("text", ["", "十几", "第七", "七是", "1.5", "abc", "（）"])
def test_what_writes_no_number_gives_none(text: str) -> None:
    assert to_int(text) is None


@given(st.integers(0, 99_999))
def test_chinese_numbers_read_back(number: int) -> None:
    assert to_int(to_chinese(number)) == number


def test_a_number_beyond_official_numbering_is_an_error() -> None:
    with pytest.raises(ValueError, match="100000"):
        to_chinese(100_000)


@pytest.mark.parametrize(
    ("word", "number"), [("7", 7), ("7th", 7), ("seven", 7), ("Seventh", 7), ("VII", 7), ("iv", 4), ("twentieth", 20)]
)
def test_english_numbers_are_read(word: str, number: int) -> None:
    assert english_to_int(word) == number


@pytest.mark.parametrize("word", ["", "the", "mix", "social"])
def test_english_words_are_no_numbers(word: str) -> None:
    assert english_to_int(word) is None
