"""The documents that a question is looked for in: those it names, those it describes, else all that may be looked in.

It reads the question with the words left out that only say which documents are meant.
"""

import datetime as dt
from dataclasses import replace

from corpus.analyzer import Analyzer
from corpus.collection import Collection
from corpus.errors import InputError
from corpus.normalize import fold
from rag.filters import matching, read_conditions
from rag.question import QuestionReader
from rag.retrieve import StructuralRetriever
from rag.types import Filter, Query


class ScopeReader:
    """Reads questions to one corpus; without `by_name`, all of it is looked in whatever a question names."""

    def __init__(
        self, collection: Collection, structural: StructuralRetriever, reader: QuestionReader, *, by_name: bool = True
    ) -> None:
        self._collection, self._structural, self._reader, self._by_name = collection, structural, reader, by_name

    @property
    def analyzer(self) -> Analyzer:
        """What cuts questions into words."""
        return self._collection.analyzer

    def read(self, question: str, among: Filter) -> Query:
        """The question as understood, looked for in the documents that it means, as far as `among` allows them."""
        chosen = self.holding(among)
        if not self._by_name:
            return replace(self._reader.read(question), filter=chosen)
        named = self._structural.named(question, among.as_of)
        # A version that the question names by its year is looked in, out of date or not.
        chosen = replace(chosen, excluded=chosen.excluded - (named.ids - among.excluded))
        ids = frozenset(id_ for id_ in named.ids if chosen.allows(id_))
        if not ids and not named.unknown:
            return self._described(question, chosen)
        query = replace(self._reader.read(question, named.spans), unknown=named.unknown, near=named.near)
        return replace(query, filter=replace(chosen, documents=ids) if ids else chosen)

    def _described(self, question: str, chosen: Filter) -> Query:
        """The question held to the documents that it describes (2023年国务院发布的文件), if any are as it says."""
        catalog = self._collection.catalog
        folded = fold(question)
        issuers, regions = (frozenset(map(fold, names)) for names in (catalog.issuers(), catalog.regions()))
        conditions, spans = read_conditions(folded, issuers, regions)
        found = matching(catalog, conditions, chosen.as_of) if conditions else frozenset()
        ids = frozenset(id_ for id_ in found if chosen.allows(id_))
        if not ids and conditions.year and (conditions.issuer or conditions.region):
            # 2020年国务院的文件, where there are only those of other years: nothing else is meant.
            words = "".join(folded[slice(*span)] for span in spans)
            return replace(self._reader.read(question, spans), filter=chosen, unknown=(words,))
        if not ids:
            return replace(self._reader.read(question), filter=chosen)
        return replace(self._reader.read(question, spans), filter=replace(chosen, documents=ids))

    def holding(self, among: Filter) -> Filter:
        """`among` without the versions that are out of date, or were not there yet on the day that is asked for."""
        if among.as_of is not None:
            usable_day(among.as_of)
        return replace(among, excluded=among.excluded | self._collection.catalog.outside(among.as_of))


def usable_day(day: str) -> None:
    """InputError where `day` is no date as ISO writes it."""
    try:
        dt.date.fromisoformat(day)
    except ValueError as exc:
        raise InputError(f"“{day}”不是日期：请写成 2024-06-01 这样。") from exc
