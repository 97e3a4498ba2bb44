"""The whole way from a question to an answer. It takes its parts and builds none: `rag.assembly` does.

session → question → structural, lexical and dense retrieval → evidence → refusal or draft → verification → answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Final, Self

from corpus.address import Address
from corpus.collection import Collection
from corpus.errors import InputError
from rag.answer.cards import card
from rag.answer.mentioned import mention_draft
from rag.clock import Clock
from rag.confidence import confidence
from rag.drafting import Drafter
from rag.evidence import EvidenceGatherer
from rag.explain import Explanation, explain, find_part
from rag.facts import Facts
from rag.finishing import Finisher
from rag.follow_ups.base import Corpus
from rag.forms import Forms, Outcome
from rag.mentions import Mentioned, MentionFinder, Mentions, read_mentioned
from rag.question import QuestionReader
from rag.reading import FollowUpReader
from rag.refusal import RefusalPolicy
from rag.retrieve import Staged, StructuralRetriever
from rag.scope import ScopeReader
from rag.seeking import Seeker, Sought
from rag.settings import Settings, load_settings
from rag.standing import dated
from rag.turns import turn_of
from rag.types import (
    Answer,
    Draft,
    Filter,
    Found,
    Hit,
    Query,
    Reading,
    Turn,
)
from rag.unwritten import Unwritten

#: Every document may be looked in.
ALL: Final = Filter()


@dataclass(slots=True)
class Parts:
    """What an assistant is made of."""

    collection: Collection
    reader: QuestionReader
    scope: ScopeReader
    structural: StructuralRetriever
    retriever: Staged
    gatherer: EvidenceGatherer
    policy: RefusalPolicy
    drafter: Drafter
    mentions: MentionFinder
    finisher: Finisher
    seeker: Seeker
    facts: Facts
    forms: Forms
    unwritten: Unwritten
    follow_ups: FollowUpReader
    settings: Settings


class Assistant:
    """Answers questions from one corpus. `Assistant.open` is the usual way to have one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @classmethod
    def open(cls, index: str | Path, settings: Settings | Path | None = None) -> Self:
        """An assistant over the index in a folder; `settings` may be a TOML file."""
        from rag.assembly import assemble

        loaded = settings if isinstance(settings, Settings) else load_settings(settings)
        return cls(assemble(Collection.open(index), loaded))

    @property
    def collection(self) -> Collection:
        """The corpus that is asked."""
        return self._parts.collection

    @property
    def settings(self) -> Settings:
        """How questions are answered."""
        return self._parts.settings

    @property
    def writes(self) -> bool:
        """Whether a language model drafts: an answer may then take as long as the model does."""
        return self._parts.drafter.writes

    def close(self) -> None:
        """Let go of the index."""
        self._parts.collection.close()

    def ask(self, question: str, turns: Sequence[Turn] = (), among: Filter = ALL, *, literal: bool = False) -> Answer:
        """The answer to `question`, asked after `turns` of the same conversation, from the documents `among` allows.

        With `literal` the question is taken as it was typed, whatever went before. InputError where it is unusable.
        """
        *_, answer = self.stream(question, turns, among, literal=literal)
        return answer

    def stream(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        among: Filter = ALL,
        *,
        literal: bool = False,
        leave: Event | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows, a statement at a time and each one checked already; the last is the whole.

        Closing the iterator stops a language model that is drafting. Setting `leave`, from any thread, does not wait
        for the model any more: the last answer is then made of quotations. Otherwise as `ask`.
        """
        self._usable(question)
        self.refresh()
        clock = Clock()
        with clock.stage("question"):
            reading = self._read(question, () if literal else turns, among, leave)
            query = self._parts.scope.read(reading.standalone, among)
        for outcome, partial in self._outcomes(query, reading, among, clock, leave):
            yield self._parts.finisher.finished(question, reading, query, outcome, clock, partial=partial)

    def _read(self, question: str, turns: Sequence[Turn], among: Filter, leave: Event | None) -> Reading:
        """The question in full, as a follow-up of `turns`."""
        parts = self._parts
        before = Corpus(
            parts.structural.outlines,
            self.collection.analyzer,
            self.collection.catalog,
            parts.scope.holding(among),
            lambda question: parts.structural.named(question, among.as_of),
            parts.reader.read,
        )
        return parts.follow_ups.read(question, turns, before, leave)

    def _usable(self, question: str) -> None:
        limit = self._parts.settings.refusing.question_limit
        if not question.strip():
            raise InputError("问题是空的：请写出要问的内容，例如“保障措施有哪几条？”。")
        if len(question) > limit:
            raise InputError(f"问题有 {len(question)} 个字，最多 {limit} 个：请把问题写短一些。")

    def warm_up(self) -> None:
        """Pay for dictionaries and the encoder's first use now. Unlike a question it asks no language model."""
        query = self._parts.scope.read("对推进这项工作有什么要求？", ALL)
        self._parts.seeker.seek(query, self._parts.seeker.resolve(query))

    def refresh(self) -> None:
        """Where another process changed the corpus, read and count anew; every question does so by itself."""
        if self.collection.refresh():
            from rag.assembly import assemble

            self._parts = assemble(self.collection, self._parts.settings)

    def _outcomes(
        self, query: Query, reading: Reading, among: Filter, clock: Clock, leave: Event | None
    ) -> Iterator[tuple[Outcome, bool]]:
        """Why there is no answer; or what it is, with the confidence in it. True beside it while it is growing."""
        parts = self._parts
        if refusal := parts.policy.before(query):
            yield refusal, False
            return
        formed = parts.facts.outcome(query, among, clock.stage)
        if formed is None:
            formed = parts.forms.outcome(query, among, reading.scope, clock.stage)
        if formed is not None:
            yield formed, False
            return
        if refusal := parts.policy.unknown(query):
            yield refusal, False
            return
        with clock.stage("retrieve"):
            resolution = parts.structural.resolve(query, reading.scope)
            wanted = read_mentioned(query)
            if wanted is not None:
                yield self._mentioned(query, wanted, parts.mentions.find(wanted, resolution, query.filter)), False
                return
            sought = parts.seeker.seek(query, resolution)
        query, resolution, evidence = sought.query, sought.resolution, sought.evidence
        if (instead := parts.unwritten.outcome(sought, clock.stage) or sought.refusal) is not None:
            yield instead, False
            return
        sure = confidence(query, evidence)
        for draft, partial in parts.drafter.drafts(query, evidence, resolution, clock.stage, leave):
            holds = any(statement.check == "verified" for statement in draft.statements)
            if holds:
                yield (draft, sure), partial
            elif not partial:
                yield replace(parts.policy.nothing_left(evidence), struck=draft.statements, model=draft.model), False

    def _mentioned(self, query: Query, wanted: Mentioned, found: Mentions) -> Outcome:
        """The list of what speaks of something; it is complete, so nothing is left to doubt."""
        if not found.places:
            return self._parts.policy.nowhere(wanted.what)
        return self._parts.drafter.judged(mention_draft(query, wanted, found)), 1.0

    def search(self, question: str, k: int = 10, among: Filter = ALL) -> tuple[list[Hit], dict[str, float]]:
        """The best parts for a question, those that it names by number first, and the milliseconds spent by stage."""
        found, timings = self.find(question, k, among)
        return list(found.fused), timings

    def find(self, question: str, k: int = 10, among: Filter = ALL) -> tuple[Found, dict[str, float]]:
        """What each stage of a search finds, at most `k` parts fused, and the milliseconds spent by stage."""
        self._usable(question)
        self.refresh()
        clock = Clock()
        with clock.stage("question"):
            query = self._parts.scope.read(question, among)
        with clock.stage("retrieve"):
            by_number = self._parts.settings.retrieval.by_number
            named = self._parts.structural.retrieve(query, k) if by_number else []
            words, meaning, together = self._parts.retriever.stages(query, k)
        scores = {(hit.document_id, hit.address): hit for hit in together}
        top = together[0].score if together else 0.0
        merged = []
        for hit in named:
            known = scores.pop((hit.document_id, hit.address), hit)
            merged.append(replace(known, structural=hit.structural, score=top + (hit.structural or 0.0)))
        fused = (*merged, *scores.values())[:k]
        return Found(tuple(named), tuple(words), tuple(meaning), fused), clock.total()

    def explain(self, question: str, named: str, k: int = 10, among: Filter = ALL) -> Explanation:
        """What became of the part `named` (its address, or DOC:ADDRESS) in a search; InputError where there is none."""
        hits = self.find(question, k, among)[0].fused
        parts = self._parts
        place = find_part(self.collection, named, hits)
        return explain(
            self._parts.scope.read(question, among),
            place,
            parts.structural,
            parts.retriever,
            parts.settings.retrieval,
            k,
        )

    def seek(self, question: str, among: Filter = ALL) -> Sought:
        """What a question leads to before anything is drafted: its evidence, and why it would be refused."""
        self._usable(question)
        self.refresh()
        query = self._parts.scope.read(question, among)
        return self._parts.seeker.seek(query, self._parts.seeker.resolve(query))

    def card(self, document_id: str, address: Address) -> Draft:
        """The action card of a part of a document: `Draft.table`, each cell cited. InputError where there is none."""
        self.refresh()
        draft = self._parts.drafter.judged(card(self.collection.document(document_id), address))
        return replace(draft, citations=dated(self.collection.catalog, draft.citations, None))

    def turn(self, answer: Answer) -> Turn:
        """What a conversation has to remember of an answer."""
        return turn_of(answer, self._held_to(answer))

    def _held_to(self, answer: Answer) -> tuple[str, ...]:
        """The one document that a question without an answer was held to; () where it was not held to one."""
        ids = self._parts.structural.named(answer.standalone_question, None).ids
        return tuple(ids) if len(ids) == 1 else ()

    def converse(self, history: Sequence[str], question: str, among: Filter = ALL, *, literal: bool = False) -> Answer:
        """The answer to `question` after the questions of `history` have been answered in turn; see `ask`."""
        turns: list[Turn] = []
        for earlier in history:
            turns.append(self.turn(self.ask(earlier, turns, among)))
        return self.ask(question, turns, among, literal=literal)
