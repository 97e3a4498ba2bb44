"""Amounts, dates and percentages in a text, each as a value that compares: 七十条 and 70条, 6.5亿元 and 65000万元.

It reads what is written out; what a quantity is said of is not looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from corpus.normalize import fold
from corpus.numerals import to_int

Kind = Literal["date", "percentage", "amount"]

_SCALES: Final = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "千": 10**3, "百": 100, "": 1}
_CHINESE: Final = "〇零一二两三四五六七八九十百千"
_UNITS: Final = (
    "个百分点|个工作日|个部分|个方面|部分|平方公里|平方米|立方米|公里|公顷|千瓦时|千瓦|兆瓦|吨|米|亩|元|美元|人次|人|户|家|条|项|个月|个|名|所|座|处|种|类"
    "|次|届|期|批|号|章|节|款|点|倍|岁|级|年|天|日|周年|周|小时|分钟|分|张|套|间|辆|部|件|门|位|架|艘|句|册|本|篇|页|字"
)
_DATE: Final = (
    rf"(?P<year>\d{{4}}|[〇零一二三四五六七八九]{{4}})年(?:(?P<month>\d{{1,2}}|[{_CHINESE}]{{1,3}})月"
    rf"(?:(?P<day>\d{{1,2}}|[{_CHINESE}]{{1,3}})[日号])?)?"
    r"|(?P<iso>\d{4})[-./](?P<iso_month>\d{1,2})[-./](?P<iso_day>\d{1,2})"
    rf"|(?P<only_month>\d{{1,2}}|[{_CHINESE}]{{1,3}})月(?P<only_day>\d{{1,2}}|[{_CHINESE}]{{1,3}})[日号]"
)
_PERCENTAGE: Final = rf"(?P<percent>\d+(?:\.\d+)?)%|百分之(?P<hundredth>[{_CHINESE}点]+|\d+(?:\.\d+)?)"
_AMOUNT: Final = (
    rf"(?P<number>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>万亿|亿|万|千|百)?(?:多|余)?(?P<unit>{_UNITS})?"
    rf"|(?P<spelled>[{_CHINESE}万亿]+)(?P<spelled_unit>{_UNITS})"
)
_QUANTITY: Final = re.compile(f"{_DATE}|{_PERCENTAGE}|{_AMOUNT}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity: `value` is a number, or an ISO date as far as it goes (2024, 2024-08, 2024-08-20, --08-20)."""

    kind: Kind
    value: Decimal | str
    unit: str
    text: str

    def same(self, other: "Quantity") -> bool:
        """Whether both say the same; a number without a unit agrees with any unit."""
        if self.kind != other.kind or self.value != other.value:
            return False
        return self.unit == other.unit or "" in (self.unit, other.unit)


def quantities(text: str) -> list[Quantity]:
    """Every quantity of `text`, in order."""
    return [quantity for _, _, quantity in located(fold(text))]


def located(folded: str) -> Iterator[tuple[int, int, Quantity]]:
    """Every quantity of a folded text with its [start, end)."""
    for found in _QUANTITY.finditer(folded):
        if (quantity := _read(found)) is not None:
            yield found.start(), found.end(), quantity


def _read(found: re.Match[str]) -> Quantity | None:
    if date := _date(found):
        return Quantity("date", date, "", found[0])
    share = found["percent"] or found["hundredth"]
    if share:
        value = _number(share)
        return None if value is None else Quantity("percentage", value, "%", found[0])
    if found["number"]:
        value = Decimal(found["number"].replace(",", "")) * _SCALES[found["scale"] or ""]
        return Quantity("amount", value.normalize(), found["unit"] or "", found[0])
    value = _number(found["spelled"])
    return None if value is None else Quantity("amount", value, found["spelled_unit"], found[0])


def _date(found: re.Match[str]) -> str:
    if found["year"]:
        pieces = [found["year"], found["month"], found["day"]]
    elif found["iso"]:
        pieces = [found["iso"], found["iso_month"], found["iso_day"]]
    elif found["only_month"]:
        pieces = ["", found["only_month"], found["only_day"]]
    else:
        return ""
    numbers = [to_int(piece) if piece else None for piece in pieces]
    year = f"{numbers[0]:04}" if numbers[0] is not None else "-"
    return "-".join([year, *(f"{number:02}" for number in numbers[1:] if number is not None)])


def _number(text: str) -> Decimal | None:
    """三点五 → 3.5, 十二 → 12, 三万五千 → 35000; None where it is no number."""
    if text[0].isdigit():
        return Decimal(text).normalize()
    whole, _, decimals = text.partition("点")
    total = Decimal(0)
    for scale, factor in (("亿", 10**8), ("万", 10**4)):
        if scale in whole:
            high, _, whole = whole.partition(scale)
            value = to_int(high)
            if value is None:
                return None
            total += value * factor
    rest = to_int(whole) if whole else 0
    if rest is None:
        return None
    digits = "".join(str(to_int(digit)) for digit in decimals)
    return (total + rest + (Decimal(f"0.{digits}") if digits.isdigit() else 0)).normalize()
