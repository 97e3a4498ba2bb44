"""One rule of numbering: an expression for the head of a line, and the level it opens."""

import re
from dataclasses import dataclass

from corpus.address import Level


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` is matched at the line's head; its groups `number` (or `sign`) and `sub`, for 之一, are numerals.

    `begins` holds every character that a mark of the rule may begin with, blanks aside.
    """

    level: Level
    begins: str
    pattern: re.Pattern[str]
