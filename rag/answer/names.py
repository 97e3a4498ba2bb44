"""Whether a text tells names where a question asks for those of companies, hospitals, schools, places or an address.

Bodies in general are written in too many ways to conclude from an expression that there are none; companies, hospitals
and schools are written with a word of their kind, places are listed, and an address has a street or a number.
"""

import re
from collections.abc import Callable
from typing import Final

from corpus.lexicon import places_in
from corpus.normalize import fold
from rag.kinds import asks_address
from rag.types import Query

_KINDS: Final = "公司|企业|医院|高校|大学|院校|城市|省市|县区?|市县|省份?"
#: 哪家公司, 有哪些医院, 企业有哪些, 示范县是哪几个. 哪些企业可以申请 asks for a class of them, and not for names.
_ASKED: Final = re.compile(
    rf"哪[一两二三四五六七八九十几]?[家所座个](?P<one>{_KINDS})|有哪[些几][家所座个]?(?P<many>{_KINDS})(?!可以?|[能应要需须属不])"
    rf"|(?P<listed>{_KINDS})(?:都?有|都?是|分别是)哪[些几][家所座个]?[?？]?$"
)
_COMPANY: Final = re.compile(r"(?:有限|股份|控股|责任)[()\u4e00-\u9fff]{0,6}公司|集团|\"[^\"]+\"")
_HOSPITAL: Final = re.compile(r"(?:大学|学院|人民|中心|附属|[省市区县])[\u4e00-\u9fff]{0,8}医院")
_SCHOOL: Final = re.compile(r"(?<![各所类等])[\u4e00-\u9fff]{2,8}(?:大学|学院)(?!生)")
_STREET: Final = re.compile(
    r"[\u4e00-\u9fff]{2}(?:大道|[路街巷道镇村])[\u4e00-\u9fff]{0,3}\d|(?<![\]\d])(?<!\] )\d+号|位于|设在|地址|坐落"
)
_SORTS: Final = {
    "公司": _COMPANY,
    "企业": _COMPANY,
    "医院": _HOSPITAL,
    "高校": _SCHOOL,
    "大学": _SCHOOL,
    "院校": _SCHOOL,
}


def names_asked(query: Query) -> Callable[[str], bool] | None:
    """What tells of a text whether it has a name of the kind asked for; None where no such names are asked for."""
    asked = _ASKED.search(query.folded)
    if asked is None:
        return (lambda text: _address(query, fold(text))) if asks_address(query.folded) else None
    sort = _SORTS.get(asked["one"] or asked["many"] or asked["listed"])
    if sort is None:
        return lambda text: names_a_place(query, fold(text))
    return lambda text: any(found[0] not in query.folded for found in sort.finditer(fold(text)))


def names_a_place(query: Query, folded: str) -> bool:
    """Whether a folded text names a place that is listed and that the question does not name."""
    return any(folded[start:end] not in query.folded for start, end in places_in(folded))


def _address(query: Query, folded: str) -> bool:
    return _STREET.search(folded) is not None or names_a_place(query, folded)
