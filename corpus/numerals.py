"""Chinese and other written numbers to int, and back.

Covers what official numbering uses: 二十一, 〇, 千, 廿, 两, the financial forms 壹…玖拾佰仟 with their
traditional variants, arabic digits of both widths, ①…㊿, ㈠…㈩, ⑴…⒇, and any of them in brackets.
It does not read decimals, fractions or amounts: those are words to the analyzer.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_DIGITS: Final = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "貳": 2,
    "參": 3,
    "陸": 6,
    "两": 2,
    "兩": 2,
    "弍": 2,
    "弎": 3,
}
_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS: Final = {"廿": "二十", "卅": "三十"}
_BRACKETS: Final = re.compile(r"^[（(〔\[【]\s*(.*?)\s*[）)〕\]】]$")

#: The characters a written number may consist of, for use inside a regular expression's [...].
NUMERAL_CHARACTERS: Final = "0-9０-９〇一二三四五六七八九十百千万零壹贰叁肆伍陆柒捌玖拾佰仟貳參陸两兩廿卅"


def to_int(text: str) -> int | None:
    """The whole number that `text` writes, or None where it writes none.

    >>> [to_int(t) for t in ("二十一", "一千二百六十", "柒", "③", "（十二）", "７", "二〇二四", "十几")]
    [21, 1260, 7, 3, 12, 7, 2024, None]
    """
    text = text.strip()
    if inner := _BRACKETS.match(text):
        text = inner[1]
    # NFKC turns ③ ㈢ ⑶ and full-width digits into plain ones; ㈢ and ⑶ come out in brackets.
    text = unicodedata.normalize("NFKC", text)
    if inner := _BRACKETS.match(text):
        text = inner[1]
    if not text:
        return None
    if text.isascii():
        return int(text) if text.isdigit() else None
    for short, long in _TENS.items():
        text = text.replace(short, long)
    return _positional(text) if _is_positional(text) else _additive(text)


def _is_positional(text: str) -> bool:
    """Whether digits stand side by side without units, as years do: 二〇二四."""
    return len(text) > 1 and all(c in _DIGITS or (c.isascii() and c.isdigit()) for c in text)


def _positional(text: str) -> int:
    return int("".join(str(_DIGITS.get(c, c)) for c in text))


def _additive(text: str) -> int | None:
    """Read 一千二百六十 and 一万零三, unit by unit; None where a character is no numeral."""
    total = section = 0
    digit: int | None = None
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section += (1 if digit is None else digit) * _UNITS[character]
            digit = None
        elif character in "万萬":
            total += (section + (digit or 0)) * 10_000
            section, digit = 0, None
        elif character.isascii() and character.isdigit():
            digit = (digit or 0) * 10 + int(character)
        else:
            return None
    return total + section + (digit or 0)


@lru_cache(maxsize=4096)
def to_chinese(number: int) -> str:
    """`number` as official numbering writes it, for 0 ≤ number < 100,000.

    >>> [to_chinese(n) for n in (7, 10, 12, 20, 105, 110, 1260, 2003)]
    ['七', '十', '十二', '二十', '一百零五', '一百一十', '一千二百六十', '二千零三']
    """
    if not 0 <= number < 100_000:
        raise ValueError(f"no official numbering goes up to {number}")
    if number == 0:
        return "零"
    digits = "零一二三四五六七八九"
    written, pending_zero = "", False
    for power, unit in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            written += ("零" if pending_zero else "") + digits[digit] + unit
            pending_zero = False
        elif written:
            pending_zero = True
    return written.removeprefix("一") if written.startswith("一十") else written


#: ordinal words in English, as questions write them
_ENGLISH: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
ENGLISH_ORDINALS: Final = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ENGLISH_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ROMAN: Final = re.compile(r"(?i)^(x{0,3})(ix|iv|v?i{0,3})$")


def english_to_int(word: str) -> int | None:
    """The number that an English word writes: 7, 7th, seven, seventh, twenty-first, VII; None where it writes none."""
    word = word.strip().lower()
    tens, _, ones_word = word.partition("-")
    if tens in ENGLISH_TENS:
        below = english_to_int(ones_word) if ones_word else 0
        return None if below is None else 10 * (ENGLISH_TENS.index(tens) + 2) + below
    if digits := re.match(r"^(\d{1,4})(st|nd|rd|th)?$", word):
        return int(digits[1])
    for table in (_ENGLISH, ENGLISH_ORDINALS):
        if word in table:
            return table.index(word)
    roman = _ROMAN.match(word) if word else None
    if roman is None:
        return None
    ones = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
    return 10 * len(roman[1]) + ones[roman[2].lower()] or None
