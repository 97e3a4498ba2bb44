"""What hangs on a document: 附件1, 附表2, 附录, and the boxes (专栏) inside it, each with its own numbering.

Only a line that is the mark, or the mark and a title, opens one; a sentence about an annex does not.
"""

import re
from typing import Final

from corpus.address import Level
from ingest.rules.base import Rule

_NUMBER: Final = "(?P<number>[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})?"
_BLANK: Final = r"[ \t　]*"
#: Nothing behind the mark; or a title behind a colon, a blank, or the number itself.
_TITLE: Final = (
    rf"(?:{_BLANK}$|{_BLANK}[:：]{_BLANK}(?=[^。；;，,]{{0,60}}$)|[ \t　]+(?=[^。；;，,]{{1,60}}$)"
    r"|(?<=[0-9])(?=[^。；;，,、.．0-9]{2,60}$))"
)


def _rule(level: Level, word: str) -> Rule:
    return Rule(level, word[0] + "【[", re.compile(rf"{_BLANK}[【\[]?{word}{_BLANK}{_NUMBER}[】\]]?{_TITLE}"))


RULES: Final = (
    _rule(Level.ANNEX, f"附{_BLANK}件"),
    _rule(Level.SCHEDULE, f"附{_BLANK}表"),
    _rule(Level.APPENDIX, f"附{_BLANK}录"),
    _rule(Level.BOX, f"专{_BLANK}栏"),
)
