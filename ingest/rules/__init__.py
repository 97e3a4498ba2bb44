"""The rules of numbering in the order in which they are tried; a line that none takes is body text."""

from typing import Final

from ingest.rules import annex, official, statute
from ingest.rules.base import Rule

RULES: Final[tuple[Rule, ...]] = (*annex.RULES, *statute.RULES, *official.RULES)
#: For every character that some mark begins with, the rules to try.
RULES_BY_BEGINNING: Final[dict[str, tuple[Rule, ...]]] = {
    character: tuple(rule for rule in RULES if character in rule.begins) for rule in RULES for character in rule.begins
}

__all__ = ["RULES", "RULES_BY_BEGINNING", "Rule"]
