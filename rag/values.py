"""How else a text may write a number that a question names: 09年 for 2009年, 八十年代 for 1980年代, 十四五 in full.

A term of a question has one spelling (`corpus.analyzer` reads numerals); these are the others that count as well.
"""

import re
from typing import Final

from corpus.numerals import to_chinese

_SHORT_YEAR: Final = re.compile(r"(\d{2})年")
_YEAR: Final = re.compile(r"((?:19|20)\d\d)年")
_AGE: Final = re.compile(r"(\d{1,3})岁")
#: 十四五期间 is read as fifteen of something; a plan is asked for by its number.
_PLAN: Final = re.compile(r"([一二三四五六七八九十]{1,3})五期?")
_PLAN_BEHIND: Final = re.compile("间|计划|规划|时期|时候")
#: Two figures up to this are of this century.
_THIS_CENTURY: Final = 35


def spellings(text: str, spelled: str, behind: str) -> tuple[str, ...]:
    """Other words for the number `text`, which the question spells as `spelled`, with `behind` right after it."""
    if behind.startswith("代"):
        return _decade(text)
    if (plan := _PLAN.fullmatch(spelled)) and _PLAN_BEHIND.match(behind):
        return (f"第{plan[1]}个五年", f'"{plan[1]}五"', f"{plan[1]}五规划", f"{plan[1]}五时期")
    if year := _SHORT_YEAR.fullmatch(text):
        return (_full_year(year[1]),)
    if age := _AGE.fullmatch(text):
        return (f"{age[1]}周岁",)
    return ()


def names_year(text: str) -> bool:
    """Whether a word is a year in full."""
    return _YEAR.fullmatch(text) is not None


def _full_year(figures: str) -> str:
    return f"{'20' if int(figures) <= _THIS_CENTURY else '19'}{figures}年"


def _decade(text: str) -> tuple[str, ...]:
    """八十年代, 80年代, 1980年代."""
    if year := _YEAR.fullmatch(text):
        return (f"{year[1][2:]}年", f"{to_chinese(int(year[1][2:]))}年代")
    if year := _SHORT_YEAR.fullmatch(text):
        return (f"19{year[1]}年", f"{to_chinese(int(year[1]))}年代")
    return ()
