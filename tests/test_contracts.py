"""The `Retriever` and `Answerer` contracts, the LangChain retriever, and what `verify` makes of hand-made drafts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import pytest
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ValidationError

from corpus import Address, Collection, Document, Part
from ingest import ingest
from rag import Assistant, Citation, Settings, Statement
from rag.answer.base import Answerer, quotation
from rag.answer.extractive import ExtractiveAnswerer
from rag.assembly import assemble
from rag.assistant import Parts
from rag.langchain import CewenRetriever
from rag.retrieve import DenseRetriever, FusionRetriever, LexicalRetriever, Retriever, StructuralRetriever
from rag.settings import Retrieval
from rag.types import Draft, Evidence, Hit, Query, Resolution
from rag.verify import check, exact, verify
from tests.conftest import LetterEncoder

#: One part over the limit of a segment, so that it is found several times; three documents alike, so that scores tie.
LONG = "".join(f"加快推进社会保障卡应用第{step}步的建设工作，按时完成。" for step in range(60))
TEXT = (
    "关于{name}的通知\n一、总体要求\n推进社会保障卡应用。\n二、主要任务\n（一）社会保障卡\n{long}\n"
    "（二）光伏产业\n推进光伏产业发展，到2027年建成20个光伏基地。\n三、附则\n推进社会保障卡应用。\n"
)
PLACES = {"全文", "一", "二", "二/（一）", "二/（二）", "三"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("alike")
    paths = [folder / f"{name}.txt" for name in "甲乙丙"]
    for path in paths:
        path.write_text(TEXT.format(name=path.stem, long=LONG), encoding="utf-8")
    with Collection.open(folder / "index", encoder=LetterEncoder(), writable=True) as collection:
        assert not ingest(paths, collection).failed
    with Collection.open(folder / "index", encoder=LetterEncoder()) as collection:
        yield collection


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    with Collection.open(tmp_path_factory.mktemp("empty"), encoder=LetterEncoder(), writable=True) as collection:
        yield collection


@pytest.fixture(scope="module")
def parts(corpus: Collection) -> Parts:
    return assemble(corpus, Settings())


def places(hits: Sequence[Hit]) -> list[tuple[str, Address]]:
    """Where hits are, and what each stands for."""
    return [place for hit in hits for place in ((hit.document_id, hit.address), *hit.same)]


class RetrieverContract:
    """What every `Retriever` must hold; each class below says which is made, and what it must find in each document."""

    question: ClassVar = "社会保障卡应用"
    finds: ClassVar = PLACES

    def make(self, collection: Collection) -> Retriever:
        raise NotImplementedError

    def test_it_finds_each_part_once(self, corpus: Collection, parts: Parts) -> None:
        """The part that was cut into several segments as well."""
        hits = self.make(corpus).retrieve(parts.reader.read(self.question), 1000)
        expected = {(d.id, Address.parse(place)) for d in corpus.documents() for place in self.finds}
        assert set(places(hits)) == expected
        assert len(places(hits)) == len(expected)

    @pytest.mark.parametrize("k", [1, 2, 4, 1000])
    def test_at_most_k_are_found_and_scores_fall(self, corpus: Collection, parts: Parts, k: int) -> None:
        hits = self.make(corpus).retrieve(parts.reader.read(self.question), k)
        assert 1 <= len(hits) <= k
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)

    def test_the_order_is_the_same_every_time(self, corpus: Collection, parts: Parts) -> None:
        query = parts.reader.read(self.question)
        first = self.make(corpus).retrieve(query, 1000)
        with Collection.open(corpus.folder, encoder=LetterEncoder()) as reopened:
            assert self.make(reopened).retrieve(query, 1000) == first

    def test_a_smaller_k_gives_the_beginning_of_the_same_order(self, corpus: Collection, parts: Parts) -> None:
        retriever, query = self.make(corpus), parts.reader.read(self.question)
        whole = retriever.retrieve(query, 1000)
        for k in range(1, 30):
            some = retriever.retrieve(query, k)
            assert some == whole[: len(some)]

    def test_an_empty_corpus_gives_nothing(self, empty: Collection, parts: Parts) -> None:
        assert self.make(empty).retrieve(parts.reader.read(self.question), 10) == []


class TestStructural(RetrieverContract):
    question: ClassVar = "第二部分讲了什么"
    finds: ClassVar = {"二", "二/（二）"}

    def make(self, collection: Collection) -> Retriever:
        return StructuralRetriever(collection, LexicalRetriever(collection, Retrieval()))


class TestLexical(RetrieverContract):
    finds: ClassVar = {"一", "二/（一）", "三"}

    def make(self, collection: Collection) -> Retriever:
        return LexicalRetriever(collection, Retrieval())


class TestDense(RetrieverContract):
    def make(self, collection: Collection) -> Retriever:
        return DenseRetriever(collection)


class TestDistinct(RetrieverContract):
    def make(self, collection: Collection) -> Retriever:
        return assemble(collection, Settings()).retriever


class Given:
    """A `Retriever` that gives the hits it was made with."""

    def __init__(self, *hits: Hit) -> None:
        self._hits = list(hits)

    def retrieve(self, query: Query, k: int) -> list[Hit]:
        assert query.question
        return self._hits[:k]

    def compared(self, query: Query, hits: Sequence[Hit]) -> list[float]:
        assert query.question
        return [0.0 for _ in hits]


class TestFusion(RetrieverContract):
    def make(self, collection: Collection) -> Retriever:
        return FusionRetriever(
            LexicalRetriever(collection, Retrieval()), DenseRetriever(collection), collection.catalog.title, Retrieval()
        )

    @pytest.mark.parametrize(("weight", "first"), [(0.35, "乙"), (0.75, "甲"), (0.5, "乙")])
    def test_the_score_is_the_convex_sum_of_standardised_scores(self, parts: Parts, weight: float, first: str) -> None:
        """甲 has BM25 2 and cosine 0.5, 乙 no word and 1: standardised 1 and -1, 乙 -1 and 1.

        So 甲 has 2 * weight - 1 and 乙 the opposite; at 0.5 both have 0, and 乙 with the id a comes first.
        """
        names = {"甲": "b", "乙": "a"}
        one, other = (Hit(names[name], Address.parse("一"), 0) for name in "甲乙")
        words = Given(replace(one, score=2, lexical=2))
        meaning = Given(replace(other, score=1, dense=1), replace(one, score=0.5, dense=0.5))
        settings = Retrieval(lexical_weight=weight, work_share=0)
        hits = FusionRetriever(words, meaning, str, settings).retrieve(parts.reader.read("光伏"), 5)
        assert hits[0].document_id == names[first]
        assert {hit.document_id: hit.score for hit in hits} == pytest.approx({"b": 2 * weight - 1, "a": 1 - 2 * weight})
        assert {hit.document_id: (hit.lexical, hit.dense) for hit in hits} == {"b": (2, 0.5), "a": (None, 1)}


class AnswererContract:
    """What every `Answerer` must hold; the classes below say which one is made."""

    #: A list, a part, a fact, a number, and a fact in English.
    questions: ClassVar = (
        "主要任务有哪些？", "第二部分讲了什么", "怎样推进光伏产业发展？", "建成多少个光伏基地？", "photovoltaic",
    )  # fmt: skip

    def make(self) -> Answerer:
        raise NotImplementedError

    def given(self, parts: Parts, question: str) -> tuple[Query, Evidence, Resolution]:
        """What the last document alone has to say."""
        query, document = parts.reader.read(question), parts.collection.documents()[-1]
        hits = [hit for hit in parts.retriever.retrieve(query, 50) if hit.document_id == document.id]
        found = parts.structural.resolve(query, (document.id, Address()))
        own = tuple(place for place in found.parts if place[0].id == document.id)
        scope = found.scope if found.scope and found.scope[0].id == document.id else None
        return query, parts.gatherer.gather(query, hits, 6), replace(found, parts=own, scope=scope)

    @pytest.mark.parametrize("question", questions)
    def test_it_cites_only_what_it_was_given(self, parts: Parts, question: str) -> None:
        query, evidence, resolution = self.given(parts, question)
        draft = self.make().draft(query, evidence, resolution)
        held: list[tuple[Document, Part]] = [(s.document, s.part) for s in evidence.sentences]
        held += [*resolution.parts, *([resolution.scope] if resolution.scope else [])]
        assert draft.statements
        for citation in draft.citations:
            assert exact(citation, parts.collection)
            assert any(
                citation.document_id == document.id and part.start <= citation.start < citation.end <= part.end
                for document, part in held
            )

    @pytest.mark.parametrize("question", questions)
    def test_every_statement_rests_on_a_citation_and_every_citation_is_used(self, parts: Parts, question: str) -> None:
        draft = self.make().draft(*self.given(parts, question))
        numbers = [citation.number for citation in draft.citations]
        assert len(set(numbers)) == len(numbers)
        assert all(statement.citations for statement in draft.statements)
        assert {number for statement in draft.statements for number in statement.citations} == set(numbers)

    @pytest.mark.parametrize("question", questions)
    def test_without_evidence_it_states_nothing(self, parts: Parts, question: str) -> None:
        """Even where the question names a part: whoever found it found nothing in it."""
        query, _, resolution = self.given(parts, question)
        draft = self.make().draft(query, Evidence((), (), 0.0, 0.0), resolution)
        assert (draft.statements, draft.citations, draft.short_answer) == ((), (), None)


class TestExtractive(AnswererContract):
    def make(self) -> Answerer:
        return ExtractiveAnswerer(Settings().answering, lambda id_, address: f"{id_} {address}")

    @pytest.mark.parametrize("question", AnswererContract.questions)
    def test_it_says_nothing_but_quotations(self, parts: Parts, question: str) -> None:
        draft = self.make().draft(*self.given(parts, question))
        assert [statement.text for statement in draft.statements] == [citation.quote for citation in draft.citations]
        assert verify(draft, parts.collection) == draft


class TestLangChain:
    @pytest.fixture(scope="class")
    @classmethod
    def found(cls, parts: Parts) -> list[LangChainDocument]:
        retriever = CewenRetriever(assistant=Assistant(parts), k=17)
        assert isinstance(retriever, BaseRetriever)
        return retriever.invoke("光伏基地")

    def test_it_gives_the_best_parts_first(self, found: list[LangChainDocument]) -> None:
        """Of 18 parts the two long enough to be the same are said by three documents: one stands for the others."""
        assert found[0].metadata["address"] == "二/（二）"
        assert [same["address"] for same in found[0].metadata["same"]] == ["二/（二）"] * 2
        assert len(found) == 18 - 2 * 2
        assert found[0].page_content == "（二）光伏产业\n推进光伏产业发展，到2027年建成20个光伏基地。"

    def test_the_metadata_cite_the_very_words(self, found: list[LangChainDocument], corpus: Collection) -> None:
        for document in found:
            source = corpus.document(document.metadata["document_id"])
            part = source.part(Address.parse(document.metadata["address"]))
            assert part is not None
            start, end = document.metadata["start"], document.metadata["end"]
            assert source.text[start:end] == document.page_content
            assert part.start <= start < end <= part.own_end

    @pytest.mark.parametrize("k", [0, 1001])
    def test_its_k_is_bounded(self, parts: Parts, k: int) -> None:
        with pytest.raises(ValidationError, match="k"):
            CewenRetriever(assistant=Assistant(parts), k=k)


class TestVerify:
    """Faults of a draft beside those of single statements, which tests/test_answers.py has."""

    @pytest.fixture
    def honest(self, corpus: Collection) -> tuple[Statement, Citation]:
        document = corpus.documents()[0]
        start = document.text.index("到2027年")
        return quotation(1, document, start, start + len("到2027年建成20个光伏基地"))

    @pytest.mark.parametrize(
        "change",
        [{"start": 0}, {"quote": "到2027年建成20个光伏基地。"}, {"document_id": "x"}, {"address": Address.parse("三")}],
    )
    def test_a_dishonest_citation_supports_nothing(
        self, corpus: Collection, honest: tuple[Statement, Citation], change: dict[str, object]
    ) -> None:
        statement, citation = honest
        kept = verify(Draft("", (statement,), (citation,)), corpus)
        assert (kept.statements, kept.citations) == ((statement,), (citation,))
        changed = replace(citation, **change)  # type: ignore[arg-type]
        struck = verify(Draft("", (statement,), (changed,)), corpus)
        assert (struck.statements, struck.citations) == ((), ())

    @pytest.mark.parametrize("numbers", [(), (2,), (1, 2)])
    def test_a_statement_needs_every_citation_it_names(
        self, corpus: Collection, honest: tuple[Statement, Citation], numbers: tuple[int, ...]
    ) -> None:
        statement = replace(honest[0], citations=numbers)
        assert check(statement, {1: honest[1]}, corpus) == "unsupported"

    def test_a_quotation_may_differ_in_blanks_and_width_only(
        self, corpus: Collection, honest: tuple[Statement, Citation]
    ) -> None:
        spaced, altered = (replace(honest[0], text=text) for text in ("到２０２７年 建成20個", "到2027年建设20个"))
        assert check(spaced, {1: honest[1]}, corpus) == "verified"
        assert check(altered, {1: honest[1]}, corpus) == "unsupported"

    def test_what_is_struck_takes_its_citation_and_short_answer_along(
        self, corpus: Collection, honest: tuple[Statement, Citation]
    ) -> None:
        """Of a list of two one is struck: one citation and one listed remain, of a total of two."""
        lie, second = Statement("建成30个光伏基地", (2,)), replace(honest[1], number=2)
        draft = Draft("", (honest[0], lie), (honest[1], second), short_answer="30个", total=2, listed=2)
        kept = verify(draft, corpus)
        assert (kept.statements, kept.citations) == ((honest[0],), (honest[1],))
        assert (kept.short_answer, kept.total, kept.listed) == (None, 2, 1)
        assert verify(replace(draft, short_answer="20个"), corpus).short_answer == "20个"
