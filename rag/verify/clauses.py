"""A text cut into the clauses that a statement may repeat, each with what it is to its sentence.

A condition, an exception and a proviso bind what stands beside them; a purpose and a legal basis do not. Which of them
a statement has to repeat is `rag.verify.support`'s to say.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from corpus.normalize import fold, fold_with_offsets
from rag.answer.planted import planted_spans
from rag.verify.canonical import canonical

_CLAUSE: Final = re.compile(r"(?:[^,。;:!?\n]|(?<=\d)[,:](?=\d))+")
_MARK: Final = re.compile(
    r"^\s{0,8}(?:第[〇零一二三四五六七八九十百千\d]{1,9}[条章节编款项](?:之[一二三四五六七八九十])?|[(（][〇一二三四五六七八九十百\d]{1,4}[)）]"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,3}[.、](?!\d)|[一二三四五六七八九十]{1,2}是)\s{0,4}"
)
_CONDITION: Final = re.compile(
    r"(?:的|时|后|前|者|的情况下|期间|之日起|情形之一)$"
    r"|^(?:除|经|未经|非经|符合|违反|因|如|若|如果|凡|有下列|对于?|在.{1,20}(?:前提|条件|情况|期间|范围|时|后|前|中|内|下)|自"
    r"|逾期|拒不|属于|情节|不服|未|遇有?|发生|确需|当)"
)
#: What a colon is put behind; behind 各位代表 and the like it announces nothing.
_ANNOUNCES: Final = re.compile(
    r"(?:下列|以下)(?!.{0,10}(?:工作|任务|措施|重点|方面|意见|要求|安排|部署))|(?<!通知)(?<!意见)(?<!批复)(?<!报告)如下"
    r"|条件|情形|之一|(?:的|应当|可以|不得)$"
)
_PURPOSE: Final = re.compile(r"^(?:为了?(?!主)|以便|(?:根据|按照|依照|依据).{0,60})")
_PROVISO: Final = re.compile(
    r"^(?:但是?|不过|然而|除.{1,60}外|另有)|除外$|另有.{0,12}(?:规定|约定).{0,8}(?:从其规定|除外)"
)
_FORCE: Final = re.compile(r"应|可以|不得|禁止|严禁|必须|鼓励|支持|由|负责|是|为|有")
#: In characters: a line as long as this may be broken in the middle of a sentence.
_BROKEN: Final = 25
_BARE: Final = re.compile(r"^(?:也|还|并)?(?:可以|可|应当|应|不得|处|并处|予以|给予|责令|由|负责)")


@dataclass(frozen=True)
class Clause:
    """[start, end) of a document between two signs. `sentence` and `segment` count the 。 and the ； before it."""

    text: str
    start: int
    end: int
    sentence: int
    segment: int
    ends_with: str

    @cached_property
    def words(self) -> str:
        """Its folded words without the number that a line begins with."""
        return _MARK.sub("", fold(self.text)).strip()

    @cached_property
    def form(self) -> str:
        """Its canonical form."""
        return canonical(self.words)

    @cached_property
    def bare_form(self) -> str:
        """Its canonical form without what stands in brackets."""
        return canonical(self.words, parentheses=False)

    @cached_property
    def binds(self) -> bool:
        """Whether what follows in the sentence holds on its condition only, or is one item of what it announces."""
        if self.ends_with == ":":
            return _ANNOUNCES.search(self.words) is not None
        return not self.serves and _CONDITION.search(self.words) is not None

    @cached_property
    def serves(self) -> bool:
        """Whether it only tells to what end, or on what basis."""
        return _PURPOSE.match(self.words) is not None and not self.words.endswith(("的", "外"))

    @cached_property
    def excepts(self) -> bool:
        """Whether it takes back some of what stands before it."""
        return _PROVISO.search(self.words) is not None

    @cached_property
    def headless(self) -> bool:
        """Whether it tells what is done and not by whom or on whom."""
        return _BARE.match(self.words) is not None

    @cached_property
    def topic(self) -> bool:
        """Whether it only names something."""
        return _FORCE.search(self.words) is None


def clauses_of(text: str, start: int, end: int) -> list[Clause]:
    """The clauses of [start, end) of a text, without lines that speak to a language model."""
    source = text[start:end]
    hidden = planted_spans(source)
    folded, offsets = fold_with_offsets(source)
    found: list[Clause] = []
    sentence = segment = 0
    for match in _CLAUSE.finditer(folded):
        left, right = offsets[match.start()], offsets[match.end() - 1] + 1
        sign = folded[match.end() : match.end() + 1]
        if match[0].strip() and not any(a < right and left < b for a, b in hidden):
            found.append(Clause(source[left:right], start + left, start + right, sentence, segment, sign))
        ended = sign in ("。", "!", "?", "") or (sign == "\n" and not _goes_on(folded, match.start(), match.end()))
        segment += ended or sign == ";"
        sentence += ended
    return found


def _goes_on(folded: str, start: int, end: int) -> bool:
    """Whether a line that ends without a sign is a long one, and the next has no number: texts with broken lines."""
    line = start - folded.rfind("\n", 0, start) - 1 + end - start
    following = folded[end + 1 : end + 40]
    return line >= _BROKEN and bool(following.strip()) and _MARK.match(following) is None


def units_of(text: str) -> list[str]:
    """The folded sentences of a statement, each of which has to hold."""
    return [unit for raw in re.split(r"[。;!?\n]", fold(text)) if (unit := raw.strip(" ,:\"'"))]


def without_mark(folded: str) -> str:
    """A folded line without its number."""
    return _MARK.sub("", folded)
