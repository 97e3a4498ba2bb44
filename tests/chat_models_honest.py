"""Chat models that are honest: one quotes sentences, one clips whole clauses, one rewords by visible rules."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tests import paraphrases
from tests.chat_model import Claiming
from tests.shown import Claim, Shown


class Quoter(Claiming):
    """Honest: whole sentences to the letter."""

    kind, truth = "quote", "right"

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        for block, said in self._places(blocks):
            yield Claim(said, block.number, "right", self.kind)


_ACTION: Final = re.compile(
    r"^(?:加强|完善|推进|支持|鼓励|建立|健全|优化|强化|落实|推动|提升|加快|深化|开展|扩大|引导|规范|培育|发展|实施|改善|保障|促进|构建|拓展|严格|做好|组织)"
    r"[^，。；]{6,60}$"
)
_BOUND: Final = re.compile(
    r"不|未|无|防止|避免|如|若|的$|时$|后$|下$|除|其|此|该|前提|情况|是|已|了|曾|过|等$|以|[“”（）]"
)
#: The next clause goes on about what this one names; and sentences that speak of the state, or of no one.
_MODAL: Final = re.compile(r"^(?:应当|可以|要|须|必须|应|可|将|能|由|也|都)")
_FREE: Final = re.compile(
    r"^(?:国家(?!机关|工作)|要|各地|坚持|围绕|深入|持续|加快|加强|完善|推进|强化|优化|健全|建立|深化|大力|积极|全面|统筹|改造|拓展|实施|做好|落实)"
)
_OWN: Final = re.compile(r"^[一-鿿、]{2,24}?(?:应当|不得|可以|必须|负责)[^，。；]{6,80}$")


class Clipper(Claiming):
    """Honest: whole clauses to the letter, where a clause says all of one thing."""

    kind, truth = "clip", "right"

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        for block, said in self._places(blocks):
            clauses = re.split(r"[，；]", said)
            if len(clauses) > 1 and not _BOUND.search(said):
                pairs = zip(clauses, [*clauses[1:], ""], strict=True)
                fitting = [one for one, other in pairs if _ACTION.match(one) and not _MODAL.match(other)]
                fitting = fitting if _FREE.match(said) and not re.search("应当|必须|有利于", said) else []
                yield from (Claim(clause, block.number, "right", f"{self.kind} ← {said}") for clause in fitting[-1:])
            pieces = said.split("；")
            fitting = [piece for piece in pieces if len(pieces) > 1 and _OWN.match(piece)]
            if not re.search(r"但|除|的，", said) and _OWN.match(re.split("，|；", said)[0]):
                yield from (Claim(piece, block.number, "right", f"{self.kind} ← {said}") for piece in fitting)


class Paraphraser(Claiming):
    """Honest: sentences reworded by the rules of `tests.paraphrases`; `turn` chooses the rule."""

    kind, truth = "paraphrase", "right"
    most: int = 2

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        rule = paraphrases.RULES[self.turn % len(paraphrases.RULES)]
        for block, said in self._places(blocks):
            for texts, names in paraphrases.reworded(said, block, rule, self.turn // len(paraphrases.RULES)):
                for text in texts:
                    yield Claim(text, block.number, "right", f"{names} ← {said}")
                break
