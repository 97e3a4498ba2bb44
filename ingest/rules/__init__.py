"""The rules of numbering in the order in which they are tried; a line that none takes is body text."""

from typing import Final

from ingest.rules import annex, official, statute
from ingest.rules.base import Rule

RULES: Final[tuple[Rule, ...]] = (*annex.RULES, *statute.RULES, *official.RULES)

__all__ = ["RULES", "Rule"]
