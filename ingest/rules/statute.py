"""The numbering of laws and regulations: 第一编, 第一章, 第一节, 第一条 (之一).

A line that goes on after 第十二条 as a sentence does (第十二条规定的…, 第十二条、第十三条…) refers and does not open.
"""

import re
from typing import Final

from corpus.address import Level
from ingest.rules.base import Rule

_NUMBER: Final = "(?P<number>[〇一二三四五六七八九十百千零]{1,8}|[0-9]{1,4})"
_BLANK: Final = r"[ \t　]*"
_HEADING: Final = rf"(?=[ 　\t]|$|[^，,。；;、的规]{{1,40}}$){_BLANK}"

RULES: Final = (
    Rule(Level.VOLUME, re.compile(rf"{_BLANK}第{_NUMBER}编{_HEADING}")),
    Rule(Level.CHAPTER, re.compile(rf"{_BLANK}第{_NUMBER}章{_HEADING}")),
    Rule(Level.SECTION, re.compile(rf"{_BLANK}第{_NUMBER}节{_HEADING}")),
    Rule(
        Level.ARTICLE,
        re.compile(
            rf"{_BLANK}第{_NUMBER}条(?:之(?P<sub>[一二三四五六七八九十]+))?"
            rf"(?=[ 　\t:：]|[^ 　\t、，,。；;和或至的规之第所])[:：]?{_BLANK}"
        ),
    ),
)
