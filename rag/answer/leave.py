"""Whether words that would answer who may do something stand where it is forbidden them.

任何单位不得挖掘城市道路 tells nobody who may.
"""

import re
from typing import Final

from rag.terms import AMOUNTS
from rag.types import Expects, Query

#: What is allowed and what is not, in a question and in a text; 不得超过 is a limit.
_MAY: Final = re.compile(r"(?<![不没])(?:可以|能够?|允许|有权|准[许予])(?![力源])|\b(?:can|may|allowed)\b")
_MAY_NOT: Final = re.compile("不得(?!超过|[高低多少大小早晚]于)|禁止|严禁|不准|不予")
_STOPS: Final = "，,。；;\n"
#: Without whose leave it is forbidden: who gives it may be asked for, and is not who may.
_WITHOUT: Final = re.compile("未经|不经")
_LEAVE: Final = re.compile("批准|同意|许可|审批|经谁|经哪")
_WHEN: Final = frozenset({Expects.DATE, Expects.YEAR})


def is_forbidden(query: Query, text: str, start: int) -> bool:
    """Whether who or what may is asked, and the clause of `text` around `start` only says who or what may not."""
    if query.expects in AMOUNTS | _WHEN or not _MAY.search(query.folded) or _MAY_NOT.search(query.folded):
        return False
    begin = max(text.rfind(stop, 0, start) for stop in _STOPS) + 1
    end = min((place for stop in _STOPS if (place := text.find(stop, start)) >= 0), default=len(text))
    if _WITHOUT.search(text, begin, start):
        return _LEAVE.search(query.folded) is None
    return _MAY_NOT.search(text, begin, end) is not None and _MAY.search(text, begin, end) is None
