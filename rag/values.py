"""Numbers that a text may write otherwise than a question: 09年 for 2009年, 八十年代 for 1985年, 十四五 in full.

A term of a question has one spelling (`corpus.analyzer` reads numerals); here are the others that count as well.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from corpus.numerals import to_chinese
from rag.types import Term

_YEAR: Final = re.compile(r"(?:19|20)\d\d年")
_AGE: Final = re.compile(r"(\d{1,3})岁")
_SHORT_YEAR: Final = re.compile(r"\d\d年")
#: 15年 is a year where it begins what is asked and nothing makes it a length of time; 09年 always is.
_BEGINS: Final = re.compile(r"(?:^|[,，、在从到和与自])\s*$")
_LASTS: Final = re.compile(
    r"的?(?:以|期|内|后|前|来|之|使|承|经[营验历]|历|不|左|工[龄作]|缴|限|能|可|是|有|[吗呢?？]|$)"
)
#: Two figures up to this are of this century.
_THIS_CENTURY: Final = 35
_DECADE: Final = re.compile(r"(?:(?P<century>19|20))?(?P<ten>\d)0年")
#: Five-year plans: by what stands behind, by their quotation marks, or by a number that is hardly one of anything else.
_PLANS: Final = re.compile(
    r"(?<![〇零一二三四五六七八九十百千第])(?:"
    r'"(?P<quoted>十[一二三四五六]?|[一二三四五六七八九])五"'
    r"|(?P<named>十[一二三四五六]?|[一二三四五六七八九])五(?=期[间末]|[时中]期|规划|计划|时候|末|以来|开局|收官)"
    r"|(?P<bare>十[一二三四五六])五(?![岁个名天年月日条人家次点倍分元块万亿\d]))"
)


def plans(topic: str) -> Iterator[tuple[int, int, Term]]:
    """The five-year plans of a folded question: [start, end) and the term.

    The analyzer reads 十四五期间 as 15 of something.
    """
    for found in _PLANS.finditer(topic):
        number = found["quoted"] or found["named"] or found["bare"]
        spelled = [f"{number}五{behind}" for behind in ("时期", "期间", "规划", "计划", '"')]
        # 十五 alone is more often a number.
        text, *others = spelled if len(number) == 1 else [f"{number}五"]
        variants = (*others, f"第{number}个五年")
        yield *found.span(), Term(text, 1.0, variants, own=True, strict=True, exact=True, pins=True)


def written_otherwise(term: Term, topic: str, start: int, end: int) -> Term:
    """The term of an amount or a date, which stands at [start, end) of a folded question, with its other spellings."""
    before, spelled, behind = topic[:start], topic[start:end], topic[end:]
    if behind.startswith("代") and (decade := _DECADE.fullmatch(term.text)):
        # No one year is meant, and none of them has to be named.
        return replace(term, text=f"{decade[0]}代", variants=(*term.variants, *_decade(decade)), pins=False)
    others: tuple[str, ...] = ()
    if _SHORT_YEAR.fullmatch(spelled):
        meant = spelled[0] == "0" or (_BEGINS.search(before) and not _LASTS.match(behind))
        others = (f"{'20' if int(spelled[:2]) <= _THIS_CENTURY else '19'}{spelled}",) if meant else ()
    elif age := _AGE.fullmatch(term.text):
        others = (f"{age[1]}周岁",)
    return replace(term, variants=(*term.variants, *others))


def names_year(text: str) -> bool:
    """Whether a word is a year in full."""
    return _YEAR.fullmatch(text) is not None


def _decade(decade: re.Match[str]) -> tuple[str, ...]:
    """八十年代, 80年代, 1980年代, and each of its years; without a century the last that has passed."""
    ten = int(decade["ten"])
    century = decade["century"] or ("20" if ten == 0 else "19")
    short = (f"{ten}0年代", f"{to_chinese(ten * 10)}年代") if ten else ()
    return (f"{century}{ten}0年代", *short, *(f"{century}{ten}{year}年" for year in range(10)))
