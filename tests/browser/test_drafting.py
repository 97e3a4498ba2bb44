"""The window in a real browser while a language model drafts: the answer grows, is stopped, and the next one works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.window import ask, launched, program, watched
from tests.endpoints import Connection, Endpoint, answers, quoted

pytestmark = pytest.mark.browser

QUESTION = "六安跟哪个城市对口合作？"
OTHER = "社会保障卡怎么用？"


def behave(connection: Connection) -> None:
    """To one question two statements and then a word now and again, to another nothing; others are answered."""
    if OTHER in connection.prompt:
        connection.wait()
    if QUESTION not in connection.prompt:
        answers(connection)
        return
    connection.begin()
    connection.piece("".join(quoted(connection)))
    while not connection.server.closing.wait(0.1):
        connection.piece("社")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(behave) as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, seed_index: Path, endpoint: Endpoint) -> Iterator[str]:
    log = tmp_path_factory.mktemp("window") / "log"
    with program(seed_index, log, CEWEN_LLM="openai:test", CEWEN_LLM_BASE_URL=endpoint.url) as url:
        yield url


@pytest.fixture
def page(server: str) -> Iterator[Page]:
    with launched() as browser, watched(browser, server) as opened:
        yield opened


@pytest.fixture
def stop(page: Page) -> Locator:
    return page.get_by_role("button", name="停止", exact=True)


def begin(page: Page, question: str) -> Locator:
    """Ask, and wait for nothing."""
    page.locator("#cw-question textarea").fill(question)
    page.keyboard.press("Enter")
    return page.locator("#cw-current .cw-exchange")


def test_a_draft_grows_before_it_is_whole_and_can_be_stopped(page: Page, stop: Locator, endpoint: Endpoint) -> None:
    expect(stop).to_be_hidden()
    answer = begin(page, QUESTION)
    expect(answer.locator(".cw-quote").first).to_be_visible()
    expect(answer.locator(".cw-writing")).to_be_visible()
    expect(answer.locator(".cw-sources")).to_have_count(0)
    # A citation of a growing answer leads to the original, whatever the model does.
    answer.locator(".cw-cite").first.click()
    expect(page.locator(".cw-pages mark").first).to_be_attached()
    stop.click()
    expect(answer.locator(".cw-failure")).to_contain_text("已按要求停下")
    expect(answer.locator(".cw-sources")).to_be_attached()
    expect(stop).to_be_hidden()
    assert endpoint.left.wait(20)
    expect(page.get_by_role("button", name="提问", exact=True)).to_be_visible()
    # What is answered from the outline asks no model.
    asked = len(endpoint.bodies)
    expect(ask(page, "保障措施有哪几条？").locator("li")).to_have_count(6)
    assert len(endpoint.bodies) == asked


def test_a_silent_model_can_be_left(page: Page, stop: Locator) -> None:
    answer = begin(page, OTHER)
    stop.click()
    expect(answer.locator(".cw-failure")).to_contain_text("已按要求停下")
    expect(answer.locator(".cw-quote").first).to_contain_text("社会保障卡")


def test_a_draft_that_comes_to_its_end_is_shown_whole(page: Page, stop: Locator) -> None:
    answer = ask(page, "长三角一体化的目标是什么？")
    expect(answer.locator(".cw-failure")).to_have_count(0)
    expect(answer.locator(".cw-writing")).to_have_count(0)
    expect(stop).to_be_hidden()


def test_closing_the_page_leaves_the_model(page: Page, server: str, endpoint: Endpoint) -> None:
    endpoint.left.clear()
    other = page.context.new_page()
    other.goto(server)
    other.wait_for_function("document.documentElement.lang === 'zh-CN'")
    expect(begin(other, QUESTION).locator(".cw-quote").first).to_be_visible()
    assert not endpoint.left.is_set()
    other.close()
    assert endpoint.left.wait(20)
    # The next one is not kept waiting.
    expect(ask(page, "保障措施有哪几条？").locator("li")).to_have_count(6)
