"""What a language model wrote, as statements with the numbers of the blocks they cite. Garbage gives no statement.

Nothing that the model wrote is used as a pattern or as an index unchecked: numbers that name no block are counted and
dropped. Whether a statement holds is `rag.verify`'s to say.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from corpus.normalize import fold
from rag.answer.prompts import NO_ANSWER

_CITED: Final = re.compile(
    r"[\[【〔(（]\s{0,2}(?:资料|来源|编号|E|#)?\s{0,2}(\d{1,4}(?:\s{0,2}[,，、]\s{0,2}\d{1,4}){0,7})\s{0,2}[\]】〕)）]"
)
_BULLET: Final = re.compile(r"^\s{0,8}(?:[-*•·>#]{1,6}\s{0,4}|\d{1,2}[.、)）]\s{0,4}(?!\d))")
_MARKUP: Final = re.compile(r"\*\*|__|`|^#+\s", re.MULTILINE)
_THOUGHT: Final = re.compile(r"<think>.{0,60000}?(?:</think>|\Z)", re.DOTALL)
_ENDS: Final = tuple('。！？!?；;”"])】）')
#: What small models repeat of the form they were given.
_ECHO: Final = re.compile(r"</?\s{0,4}(?:资料|问题|上文)\s{0,4}>|^\s{0,8}(?:答复|回答|答案|答)\s{0,2}[:：]")
_LONGEST: Final = 600
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a model's draft: its words without the citations, and the numbers of the blocks that it cites."""

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A model's draft. `invented` counts cited numbers that name no block; `declined` that it found no answer.

    `repeated` counts the statements that it had made before, which are left out.
    """

    said: tuple[Said, ...]
    invented: int = 0
    declined: bool = False
    repeated: int = 0


def parse(written: str, numbers: Container[int], *, ended: bool = True) -> Parsed:
    """The statements of what a model has written so far; without `ended`, the line that it is writing is left out."""
    written = without_thoughts(written)
    lines = written.split("\n") if ended else written.split("\n")[:-1]
    said: dict[str, Said] = {}
    invented, declined, repeated = 0, False, 0
    for raw in lines:
        line = _MARKUP.sub("", _BULLET.sub("", _ECHO.sub("", raw))).strip()
        if fold(NO_ANSWER) in fold(line):
            declined = True
            continue
        for text, cited, wrong in _pieces(line, numbers):
            invented += wrong
            repeated += text in said
            if len(said) < _MOST:
                said.setdefault(text, Said(text[:_LONGEST], cited))
    kept = list(said.values())
    # Whoever cites, and ends without a citation and without a sign, was cut off: what it meant to add is unknown.
    if len(kept) > 1 and not kept[-1].cited and kept[-2].cited and written.rstrip()[-1:] not in _ENDS:
        kept.pop()
    return Parsed(tuple(kept), invented, declined, repeated)


def without_thoughts(written: str) -> str:
    """What a model has written so far without what it thought aloud; a thought that is not at its end is left out."""
    return _THOUGHT.sub("", written)


def _pieces(line: str, numbers: Container[int]) -> list[tuple[str, tuple[int, ...], int]]:
    """A line's statements: what stands before each group of citations, and what is left behind the last."""
    found = []
    at = 0
    matches = [match for match in _CITED.finditer(line) if _is_citation(match, numbers)]
    if matches and not matches[0].start() and line[matches[-1].end() :].strip("。.；; "):
        return _headed(line, matches, numbers)
    while matches:
        group = [matches.pop(0)]
        while matches and not line[group[-1].end() : matches[0].start()].strip(" ，,、"):
            group.append(matches.pop(0))
        named = [int(number) for match in group for number in re.findall(r"\d+", match[1])]
        text = _trim(line[at : group[0].start()])
        known = tuple(dict.fromkeys(number for number in named if number in numbers))
        wrong = sum(number not in numbers for number in named)
        at = group[-1].end()
        if text:
            found.append((text, known, wrong))
        elif found and wrong:
            found[-1] = (found[-1][0], found[-1][1], found[-1][2] + wrong)
    rest = _trim(line[at:])
    if len(rest) > 1:
        found.append((rest, (), 0))
    return found


def _headed(line: str, matches: list[re.Match[str]], numbers: Container[int]) -> list[tuple[str, tuple[int, ...], int]]:
    """The statements of a line that names its source first, as small models do: what stands behind each citation."""
    found = []
    for match, after in zip(matches, [*(m.start() for m in matches[1:]), len(line)], strict=True):
        named = dict.fromkeys(int(number) for number in re.findall(r"\d+", match[1]))
        known = tuple(number for number in named if number in numbers)
        if text := _trim(line[match.end() : after]):
            found.append((text, known, len(named) - len(known)))
    return found


def _is_citation(match: re.Match[str], numbers: Container[int]) -> bool:
    """（3） and (2024) are numbering or a year more often than a citation; in square brackets a number is one."""
    if match[0][0] not in "(（":
        # 〔2024〕12号 is a document's number.
        return not (match[0][0] in "〔[【" and re.match(r"\s{0,2}第?\d{1,5}\s{0,2}号", match.string[match.end() :]))
    return match.end() >= len(match.string.rstrip("。.；; ")) and all(
        int(n) in numbers for n in re.findall(r"\d+", match[1])
    )


def _trim(text: str) -> str:
    return text.strip(" \t。.；;，,、：:")
