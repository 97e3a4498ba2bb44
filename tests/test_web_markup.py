"""What the window shows is escaped, marked at the right characters, and leads to the right offsets."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpus.address import Address
from corpus.model import Document
from ingest.reading import understand
from rag.serve import markup, original
from rag.serve.desk import Conversation, examples
from rag.serve.texts import texts
from rag.types import Answer, Cell, Check, Citation, ModelUse, Referral, Refusal, Statement, Table, Turn

ZH = texts("zh")
EVIL = (
    "\"><img src=x onerror=alert(1)><script>alert('x')</script>&amp; $x^2$ "
    "[链接](javascript:alert(1)) ${alert(1)} {{value}} `"
)
TITLE = '关于"><img src=x onerror=alert(1)>补贴的通知'
#: Everything that markup may make; a tag beyond these has come out of somebody's text.
TAGS = set(
    "article b blockquote button del div h1 h2 h3 h4 header i li mark nav ol p section small span strong table tbody "
    "td th thead tr ul".split()
)
ATTRIBUTES = {
    "type", "class", "title", "role", "tabindex", "lang", "aria-label", "aria-live", "aria-expanded", "data-document",
    "scope", "data-start", "data-end", "data-place", "data-at", "data-to", "data-action",
}  # fmt: skip


class Page(HTMLParser):
    """The elements of a fragment in order, and its text."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(fragment)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if "mark" in self._open:
            self.marked[-1] += data

    def of(self, kind: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.elements if kind in attributes.get("class", "").split()]


def inert(fragment: str) -> Page:
    page = Page(fragment)
    assert {tag for tag, _ in page.elements} <= TAGS
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    return page


def citation(number: int, quote: str, start: int, label: str = "《甲》二、（三）第六项") -> Citation:
    address = Address.parse("二/（三）/六是")
    return Citation(number, "d1", "甲", None, address, label, quote, start, start + len(quote))


def answered(statements: tuple[Statement, ...], citations: tuple[Citation, ...], text: str, **more: object) -> Answer:
    return Answer("问", "问", None, "answered", text, statements, citations, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("hostile") / "hostile.txt"
    path.write_text(f"{TITLE}\n\n一、总体要求\n\n{EVIL}\n\n二、{EVIL}\n\n补贴标准为每人300元。\n", encoding="utf-8")
    return understand(path).document


def test_marks_stand_around_their_characters_and_nothing_else() -> None:
    assert markup.marked("提出70条举措", [(2, 5)]) == "提出<mark>70条</mark>举措"
    assert markup.marked("a<b>c", [(1, 4)]) == "a<mark>&lt;b&gt;</mark>c"


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((), "一二三四"),
        (((0, 4),), "<mark>一二三四</mark>"),
        (((0, 2), (1, 3)), "<mark>一二三</mark>四"),
        (((0, 1), (3, 4)), "<mark>一</mark>二三<mark>四</mark>"),
        (((3, 99),), "一二三<mark>四</mark>"),
        (((2, 2), (7, 9), (-3, 0)), "一二三四"),
    ],
)
def test_marks_that_overlap_or_reach_outside_do_no_harm(marks: tuple[tuple[int, int], ...], expected: str) -> None:
    assert markup.marked("一二三四", marks) == expected


def test_marks_of_no_text_are_no_text() -> None:
    assert markup.marked("", [(0, 3)]) == ""


def test_every_line_of_the_original_stands_at_its_offsets(hostile: Document) -> None:
    page = inert(original.original(hostile))
    spans = [(int(p["data-at"]), int(p["data-to"])) for tag, p in page.elements if tag == "p"]
    lines = [hostile.text[start:end] for start, end in spans]
    assert lines == [line for line in hostile.text.split("\n") if line.strip()]
    # The script counts characters inside a paragraph from its data-at: its text must be the document's, to the letter.
    assert page.words == "".join(lines)


def test_hostile_text_is_only_text_in_the_whole_panel(hostile: Document) -> None:
    page = inert(original.panel(hostile, ZH))
    assert EVIL in page.words
    assert TITLE in page.words


def test_an_outline_entry_leads_to_mark_and_heading(assistant_document: Document) -> None:
    page = inert(original.outline(assistant_document, ZH))
    entries = {e["data-place"]: e for e in page.of("cw-entry")}
    sixth = entries["二、（三）第六项"]
    assert assistant_document.text[int(sixth["data-start"]) : int(sixth["data-end"])] == "六是营造良好氛围"
    preamble = entries["引言"]
    assert assistant_document.text[int(preamble["data-start"]) :].startswith("8月20日,安徽省印发")


def test_the_outline_holds_every_part_and_indents_by_depth(assistant_document: Document) -> None:
    page = inert(original.outline(assistant_document, ZH))
    assert len(page.of("cw-entry")) == sum(part.address.depth > 0 for part in assistant_document.parts)
    assert len(page.of("cw-depth1")) == sum(part.address.depth == 1 for part in assistant_document.parts)


@pytest.fixture(scope="module")
def assistant_document() -> Document:
    folder = Path(__file__).resolve().parent.parent / "corpus" / "documents"
    return understand(next(folder.glob("*.txt"))).document


def test_a_citation_button_carries_document_and_offsets() -> None:
    [button] = inert(markup.citation_button(citation(3, "一二三", 40), ZH)).of("cw-cite")
    assert (button["data-document"], button["data-start"], button["data-end"]) == ("d1", "40", "43")
    assert button["data-place"] == "二、（三）第六项"
    assert button["aria-label"] == "出处 3：《甲》二、（三）第六项，点击查看原文"


def test_an_answer_shows_lead_quote_marks_short_answer_and_source() -> None:
    statement = Statement("提出70条具体举措。", (1,), marks=((2, 5),))
    said = {"lead": "《甲》二、（三）第六项：", "note": "另有1处", "short_answer": "70条"}
    page = inert(markup.answer(answered((statement,), (citation(1, statement.text, 7),), "", **said), ZH))
    assert page.marked == ["70条"]
    assert page.words.startswith("《甲》 二、（三）第六项：70条“提出70条具体举措。”1")
    assert "（另有1处）" in page.words
    assert len(page.of("cw-source")) == len(page.of("cw-short")) == 1


def test_a_source_says_its_page_and_whether_it_holds() -> None:
    statement = Statement("提出70条具体举措。", (1,))
    plain = citation(1, statement.text, 7)
    said = "已被《乙》“<同时>”废止"
    held = replace(plain, page=3, validity="repealed", validity_note=said)
    page = inert(markup.answer(answered((statement,), (held,), "", lead="《甲》二、（三）第六项："), ZH))
    [standing] = page.of("cw-standing")
    assert standing["title"] == said
    assert "第 3 页 · 已经废止" in page.words
    assert not inert(markup.answer(answered((statement,), (plain,), ""), ZH)).of("cw-standing")


def test_what_quotations_refer_to_stands_below_with_its_words_and_leads_there() -> None:
    statement = Statement("依照第十条处罚。", (1,))
    there = citation(2, "第十条 罚款一百元。", 40, label="《甲》第十条")
    value = replace(answered((statement,), (citation(1, statement.text, 7),), ""), referrals=(Referral(1, there),))
    page = inert(markup.answer(value, ZH))
    [near] = page.of("cw-near")
    assert (near["data-start"], near["data-end"]) == ("40", str(40 + len(there.quote)))
    assert "引文所指《甲》第十条第十条 罚款一百元。" in page.words


def test_a_question_says_where_it_was_to_be_looked_for() -> None:
    assert "查找范围：江北市 · 2024" in inert(markup.question("补贴多少", ZH, "江北市 · 2024")).words
    assert "查找范围" not in inert(markup.question("补贴多少", ZH)).words


def test_a_list_says_how_many_and_is_numbered() -> None:
    statements = tuple(Statement(f"{n}是事项", (n,)) for n in (1, 2))
    citations = tuple(citation(n, f"{n}是事项", 10 * n) for n in (1, 2))
    page = inert(markup.answer(answered(statements, citations, "", lead="以下事项：", total=2, listed=2), ZH))
    assert page.words.startswith("以下事项：共 2 项“1是事项”1“2是事项”2")
    assert sum(tag == "li" for tag, _ in page.elements) == 2
    fewer = markup.answer(answered(statements, citations, "", total=5, listed=2), ZH)
    assert "共 5 项，原文列出 2 项" in Page(fewer).words


def test_an_answer_grows_by_statements_and_ends_with_its_sources() -> None:
    statements = (Statement("甲。", (1,)), Statement("乙。", (2,)))
    whole = answered(statements, (citation(1, "甲。", 0), citation(2, "乙。", 2)), "“甲。”[1]\n“乙。”[2]")
    shown = [Page(markup.answer(whole, ZH, count)) for count in (0, 1, 2)]
    assert [len(page.of("cw-quote")) for page in shown] == [0, 1, 2]
    assert [len(page.of("cw-sources")) for page in shown] == [0, 0, 1]


def test_a_refusal_looks_different_and_leads_to_what_is_nearest() -> None:
    refusal = Refusal("missing_terms", ("苏州", "房价"), (citation(1, "城市更新", 5),), "目前收录：《甲》")
    value = Answer("问", "问", "按上文理解为：乙", "refused", "没有提到“苏州”。", refusal=refusal)
    page = inert(markup.answer(value, ZH))
    assert not page.of("cw-answer")
    assert len(page.of("cw-refusal")) == len(page.of("cw-near")) == len(page.of("cw-reading")) == 1
    assert page.marked == ["苏州"]
    # What the sentence does not name is named below it.
    assert "文件中没有提到：房价" in page.words
    assert page.words.endswith("目前收录：《甲》")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_words_are_inert_wherever_an_answer_has_them(language: str) -> None:
    words = texts("en" if language == "en" else "zh")
    cited = (citation(1, EVIL, 0, label=EVIL),)
    statement = Statement(EVIL, (1,), marks=((0, 9),))
    value = answered((statement,), cited, f"{EVIL}：\n“{EVIL}”[1]\n（{EVIL}）", short_answer=EVIL)
    refused = Answer(EVIL, EVIL, EVIL, "refused", EVIL, refusal=Refusal("weak_evidence", (EVIL, "无"), cited, EVIL))
    for fragment in (
        markup.answer(value, words),
        markup.answer(refused, words),
        markup.exchange(markup.question(EVIL, words), markup.error(EVIL, words)),
    ):
        assert EVIL in inert(fragment).words


def test_a_question_that_is_too_long_is_not_repeated_in_full() -> None:
    assert len(Page(markup.question("长" * 5000, ZH)).words) < 300


def test_an_empty_corpus_says_how_to_add_documents() -> None:
    assert "python -m ingest add" in inert(original.panel(None, ZH)).words


def test_a_conversation_forgets_the_oldest_first() -> None:
    conversation = Conversation()
    for number in range(50):
        conversation = conversation.after(Turn(f"{number}", None), f"<p>{number}</p>")
    assert len(conversation.turns) == len(conversation.shown) == 40
    assert conversation.turns[-1].standalone == "49"
    assert conversation.shown[0] == "<p>10</p>"


def test_examples_are_offered_only_where_the_documents_hold_their_words(
    hostile: Document, assistant_document: Document
) -> None:
    assert "保障措施有哪几条？" in examples([assistant_document])
    assert examples([hostile]) == []


def test_a_table_has_head_cells_and_citations_to_click() -> None:
    rows = ((Cell("金额"), Cell("每人三元\n每月九十元", (1,)), Cell("原文未写明")),)
    table = Table("comparison", ("方面", "甲", "乙"), rows)
    value = answered((Statement("每人三元", (1,)),), (citation(1, "每人三元，每月九十元", 7),), "", table=table)
    page = inert(markup.answer(value, ZH))
    heads = [attributes.get("scope") for tag, attributes in page.elements if tag == "th"]
    assert heads == ["col", "col", "col", "row"]
    # One in the cell and one at the statement lead to the same place.
    assert [cite["data-start"] for cite in page.of("cw-cite")] == ["7", "7"]
    assert "每人三元每月九十元1" in page.words
    assert len(page.of("cw-unsaid")) == 1
    [region] = page.of("cw-table")
    assert region["aria-label"] == "对照表"


def test_hostile_text_in_a_table_is_only_text() -> None:
    table = Table("card", ("措施", EVIL), ((Cell(EVIL), Cell(EVIL, (1,))),))
    page = inert(markup.answer(answered((), (citation(1, EVIL, 0),), "", table=table), ZH))
    assert page.words.count(EVIL) >= 4


@pytest.mark.parametrize(("check", "badge"), [("number_mismatch", "数字与原文不一致"), ("unsupported", "原文依据不足")])
def test_what_does_not_hold_is_struck_out_and_it_is_said_why(check: Check, badge: str) -> None:
    statement = Statement("补贴五元。", (1,), check, why=f"原文是三元{EVIL}")
    page = inert(markup.answer(answered((statement,), (citation(1, "补贴三元。", 0),), ""), ZH))
    assert [tag for tag, _ in page.elements].count("del") == 1
    assert f"补贴五元。1{badge}原文是三元{EVIL}" in page.words
    assert "“补贴五元。”" not in page.words


def test_a_models_failure_is_told() -> None:
    value = answered((Statement("甲。", (1,)),), (citation(1, "甲。", 0),), "", model=ModelUse("m", failure="连不上"))
    assert "语言模型没有答成（连不上），以上只摘录原文" in inert(markup.answer(value, ZH)).words
    assert "gave no answer (连不上)" in inert(markup.answer(value, texts("en"))).words


def test_what_is_told_in_other_words_has_no_quotation_marks() -> None:
    page = inert(markup.answer(answered((Statement("补贴是三元。", (1,)),), (citation(1, "补贴三元。", 0),), ""), ZH))
    assert "“补贴是三元。”" not in page.words
