"""The window's conversation without a browser: answers that grow, are left, and are asked again as they were typed."""

import re
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel

from corpus import InputError
from eval.formats import load_questions
from rag.serve.desk import Conversation, Desk, Wanted
from rag.serve.feedback import FeedbackFile
from rag.serve.growing import growing
from tests.chat_models_broken import NeverReturns
from tests.serving import ScriptedModel, letter_assistant, letter_index

LIST = "保障措施有哪几条？"
CARD = "对社会保障卡有什么要求？"
#: Seconds that what should take a moment may take on a busy machine; the models here would write for minutes.
SLACK = 20.0


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return letter_index(tmp_path_factory.mktemp("index"))


@pytest.fixture
def opened(index: Path) -> Iterator[Callable[..., Desk]]:
    """Desks over the corpus, each with a model or none."""
    with ExitStack() as closes:

        def desk(model: BaseChatModel | None = None) -> Desk:
            return Desk(closes.enter_context(closing(letter_assistant(index, model))))

        yield desk


def asked(desk: Desk, question: str, conversation: Conversation | None = None) -> Conversation:
    """The conversation when the question has been answered."""
    *_, last = filter(None, desk.stream(Wanted(question), conversation or Conversation()))
    return last[1]


def test_a_models_draft_is_shown_as_it_grows_and_only_what_holds_has_a_source(opened: Callable[..., Desk]) -> None:
    desk = opened(ScriptedModel(lines=["{1}[1]", "到2039年每人补贴9亿元[1]", "{2}[2]"]))
    fragments = [grown[0] for grown in desk.stream(Wanted(CARD), Conversation()) if grown is not None]
    partial = [fragment for fragment in fragments if "cw-answer" in fragment and "cw-writing" in fragment]
    counts = [fragment.count("cw-quote") for fragment in partial]
    assert counts == [1, 2, 3]
    assert all("cw-sources" not in fragment for fragment in partial)
    whole = fragments[-1]
    assert (whole.count("cw-quote"), "cw-sources" in whole, "cw-writing" in whole) == (3, True, False)
    assert re.search('<del class="cw-struck">到2039年每人补贴9亿元</del><span', whole)


def test_without_a_model_nothing_is_offered_to_be_stopped(opened: Callable[..., Desk]) -> None:
    begun = time.monotonic()
    fragments = list(opened().stream(Wanted(LIST), Conversation()))
    assert time.monotonic() - begun < SLACK
    assert all(grown is None or "cw-writing" not in grown[0] for grown in fragments)


def test_a_model_that_is_left_is_replaced_by_quotations_and_the_next_question_works(
    opened: Callable[..., Desk],
) -> None:
    model = NeverReturns()
    desk = opened(model)
    begun, conversation, offered = time.monotonic(), Conversation(), False
    for grown in desk.stream(Wanted(CARD, session="mine"), conversation):
        if grown is None or "cw-writing" not in grown[0]:
            conversation = grown[1] if grown else conversation
            continue
        # Nobody else's stop is this one's.
        desk.leave("another")
        if offered:
            desk.leave("mine")
        offered = True
    assert time.monotonic() - begun < SLACK
    assert offered
    assert "已按要求停下" in conversation.shown[-1]
    assert "cw-sources" in conversation.shown[-1]
    assert len(conversation.turns) == 1
    assert "cw-list" in asked(desk, LIST, conversation).shown[-1]
    # What came to an end cannot be left any more.
    desk.leave("mine")
    model.release()


def test_a_draft_that_is_left_half_way_stops_the_model(opened: Callable[..., Desk]) -> None:
    ended = threading.Event()
    desk = opened(ScriptedModel(lines=["{1}[1]", "{2}[2]"] + ["没有依据的话[1]"] * 500, pause=0.3, ended=ended))
    conversation = Conversation()
    for grown in desk.stream(Wanted(CARD, session="mine"), conversation):
        if grown is not None and "cw-quote" in grown[0]:
            desk.leave("mine")
        conversation = grown[1] if grown is not None else conversation
    assert ended.wait(SLACK)
    assert "已按要求停下" in conversation.shown[-1]


def test_whoever_closes_the_window_leaves_the_model(opened: Callable[..., Desk]) -> None:
    ended = threading.Event()
    desk = opened(ScriptedModel(lines=["没有依据的话[1]"] * 500, pause=0.2, ended=ended))
    with closing(desk.stream(Wanted(CARD), Conversation())) as stream:
        next(stream)
        next(stream)
    assert ended.wait(SLACK)
    assert "cw-list" in asked(desk, LIST).shown[-1]


def test_documents_are_shown_while_a_model_drafts_and_whoever_waits_may_leave(opened: Callable[..., Desk]) -> None:
    model = NeverReturns()
    desk = opened(model)
    with closing(desk.stream(Wanted(CARD, session="first"), Conversation())) as drafting:
        next(drafting)
        next(drafting)
        [document] = desk.documents()
        assert desk.document(document.id) is document
        waiting = Conversation()
        for grown in desk.stream(Wanted(LIST, session="second"), waiting):
            desk.leave("second")
            waiting = grown[1] if grown is not None else waiting
        assert "还没有答完" in waiting.shown[-1]
        assert waiting.turns == ()
    model.release()


def test_a_follow_up_can_be_asked_again_as_it_was_typed(opened: Callable[..., Desk]) -> None:
    desk = opened()
    first = asked(desk, LIST)
    assert (first.literal, "cw-literal" in first.shown[-1]) == ("", False)
    second = asked(desk, "那第六条呢？", first)
    assert second.literal == "那第六条呢？"
    assert 'data-action="literal"' in second.shown[-1]
    again = second.undone()
    assert (again.turns, again.shown) == (first.turns, first.shown)
    *_, last = filter(None, desk.stream(Wanted(second.literal, literal=True), again))
    fragment, third = last
    assert "cw-reading" not in fragment
    assert (len(third.turns), third.shown[:-1], third.literal) == (2, first.shown, "")
    assert third.turns[-1].standalone == "那第六条呢？"


def test_what_grows_raises_what_its_work_raises_and_gives_signs_of_life() -> None:
    hold, leave = threading.Event(), threading.Event()

    def work() -> Generator[int]:
        yield 1
        hold.wait(SLACK)
        raise ValueError("broken")

    items = growing(work, leave, tick=0.01)
    assert (next(items), next(items)) == (1, None)
    assert not leave.is_set()
    hold.set()
    with pytest.raises(ValueError, match="broken"):
        list(items)
    assert leave.is_set()


def test_what_is_said_of_an_answer_becomes_a_question_set(index: Path, tmp_path: Path) -> None:
    path = tmp_path / "said" / "feedback.jsonl"
    with closing(letter_assistant(index)) as assistant:
        desk = Desk(assistant, FeedbackFile(path))
        right = asked(desk, LIST)
        assert 'data-action="said"' in right.shown[-1]
        assert right.answer is not None
        cited = right.answer.citations[0]
        once = desk.judge(right, right=True)
        # It is said once.
        assert desk.judge(once, right=False) == once
        refused = desk.judge(asked(desk, "第九十九条是什么？"), right=True)
        desk.judge(asked(desk, CARD, refused), right=False)
        greeted = asked(desk, "你好")
        assert 'data-action="said"' not in greeted.shown[-1]
        desk.judge(greeted, right=True)
        listed, unanswerable = load_questions(path).questions
        assert (listed.question, listed.documents) == (LIST, (cited.document_id,))
        assert str(cited.address) in listed.addresses
        assert not unanswerable.answerable
        [doubted] = (tmp_path / "said" / "feedback-wrong.jsonl").read_text(encoding="utf-8").splitlines()
        assert CARD in doubted
        assert 'data-action="said"' not in asked(Desk(assistant), LIST).shown[-1]
    for wrong in (tmp_path / "feedback.txt", tmp_path / "said" / "feedback.jsonl" / "below.jsonl"):
        with pytest.raises(InputError, match="feedback"):
            FeedbackFile(wrong)
