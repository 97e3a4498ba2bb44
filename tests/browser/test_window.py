"""The window in a real browser: what a reader does, on a server of its own with a hostile document beside the seed.

Every test fails on a request to another host, on an error in the console and on an uncaught error in the page.
"""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from corpus import Collection
from corpus.embedding import Encoder
from ingest import ingest
from tests.browser.window import PATIENCE, ROOT, ask, launched, program, watched

pytestmark = pytest.mark.browser

HOSTILE_TITLE = '关于"><img src=x onerror=alert(1)>养老助餐补贴的通知'
HOSTILE_LINE = (
    "<script>alert('x')</script>\"><img src=x onerror=alert(1)>养老助餐补贴标准为每人每餐12元,$x^2$ **加粗** "
    "[链接](javascript:alert(1)) ${alert(1)} {{value}}。"
)


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps what is said of its answers."""
    return tmp_path_factory.mktemp("said") / "feedback.jsonl"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, feedback: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("window")
    document, index = folder / "hostile.txt", folder / "index"
    document.write_text(f"{HOSTILE_TITLE}\n\n一、补贴标准\n\n{HOSTILE_LINE}\n", encoding="utf-8")
    with Collection.open(index, encoder=encoder, writable=True) as collection:
        assert not ingest([document], collection).failed
    with program(index, folder / "log", CEWEN_FEEDBACK__FILE=str(feedback)) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with launched() as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext, server: str) -> Iterator[Page]:
    with watched(browser, server) as opened:
        yield opened


@pytest.fixture
def phone(browser: BrowserContext, server: str) -> Iterator[Page]:
    with watched(browser, server, 390, 844) as opened:
        yield opened


def marked(page: Page) -> str:
    return "".join(page.locator(".cw-pages mark").all_text_contents())


def expect_in_view(page: Page) -> None:
    """The first marked word lies inside the visible part of the original, once scrolling has come to rest."""
    page.wait_for_function(
        """() => {
            const mark = document.querySelector(".cw-pages mark"), box = document.querySelector(".cw-pages");
            if (!mark) return false;
            const inner = mark.getBoundingClientRect(), outer = box.getBoundingClientRect();
            const left = Math.max(0, outer.left), right = Math.min(innerWidth, outer.right);
            const top = Math.max(0, outer.top), bottom = Math.min(innerHeight, outer.bottom);
            return inner.height > 0 && inner.top >= top && inner.bottom <= bottom
                && inner.left >= left && inner.right <= right;
        }"""
    )


def test_a_citation_opens_the_original_at_the_quoted_words(page: Page) -> None:
    answer = ask(page, "第七部分对社会保障卡是怎么说的？")
    quote = answer.locator(".cw-quote").first
    expect(quote).to_contain_text("社会保障卡")
    button = quote.locator(".cw-cite").first
    said = quote.inner_text().removesuffix(button.inner_text()).strip().removeprefix("“").removesuffix("”")
    button.click()
    expect(page.locator(".cw-pages mark").first).to_be_attached()
    assert marked(page) == said
    expect_in_view(page)
    expect(page.locator(".cw-place")).to_have_text("二、（二）第七项")
    expect(page.locator(".cw-entry[aria-current]")).to_contain_text("推动长三角公共服务便利共享")


def test_an_answer_appears_statement_by_statement(page: Page) -> None:
    page.evaluate(
        """() => {
            window.seen = [];
            const count = () => {
                const now = document.querySelectorAll("#cw-current .cw-list li").length;
                if (now !== window.seen.at(-1)) window.seen.push(now);
            };
            const tree = { childList: true, subtree: true };
            new MutationObserver(count).observe(document.querySelector("#cw-current"), tree);
        }"""
    )
    answer = ask(page, "保障措施有哪几条？")
    expect(answer.locator("li")).to_have_count(6)
    seen = page.evaluate("window.seen")
    assert seen == sorted(seen)
    assert len(seen) > 2, f"the list came in one piece: {seen}"


def test_a_comparison_is_a_table_whose_cells_open_the_original(page: Page) -> None:
    answer = ask(page, "主要任务第一条和第二条有什么区别？")
    table = answer.locator(".cw-table table")
    expect(table.locator("thead th")).to_have_text(["方面", "二、（二）第一项", "二、（二）第二项"])
    table.locator("td").nth(1).locator(".cw-cite").click()
    expect(page.locator(".cw-pages mark").first).to_be_attached()
    assert "共同打造深度融合协同创新体系" in marked(page)


def test_a_table_fits_a_narrow_screen(phone: Page) -> None:
    table = ask(phone, "主要任务第一条和第二条有什么区别？").locator(".cw-table")
    expect(table.locator("thead")).to_be_hidden()
    expect(table.locator(".cw-label").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_follow_up_says_how_it_was_understood(page: Page) -> None:
    ask(page, "保障措施的第一条是什么？")
    answer = ask(page, "那第六条呢？")
    expect(answer.locator(".cw-reading")).to_contain_text("第六项")
    expect(answer.locator(".cw-quote")).to_contain_text("营造良好氛围")
    expect(page.locator("#cw-log .cw-exchange")).to_have_count(1)


def test_a_follow_up_is_asked_again_as_it_was_typed(page: Page) -> None:
    ask(page, "保障措施的第一条是什么？")
    read = ask(page, "那第六条呢？")
    page.locator("#cw-question textarea").fill("还没写完的下一个问题")
    read.get_by_role("button", name="按原话再问").click()
    newest = page.locator("#cw-current .cw-exchange")
    expect(newest.locator(".cw-reading")).to_have_count(0)
    expect(newest.locator(".cw-sources, .cw-refusal")).to_be_attached()
    expect(newest.locator(".cw-question p")).to_have_text("那第六条呢？")
    # It stands in the place of the other answer, and what was being typed is still there.
    expect(page.locator("#cw-log .cw-exchange")).to_have_count(1)
    expect(page.locator("#cw-question textarea")).to_have_value("还没写完的下一个问题")
    expect(page.locator("#cw-current")).to_have_attribute("aria-busy", "false")
    # Only the newest reading can be undone.
    ask(page, "那第二条呢？")
    ask(page, "那第三条呢？")
    expect(page.locator("#cw-current .cw-literal")).to_be_visible()
    expect(page.locator("#cw-log .cw-literal")).to_be_hidden()


def test_an_answer_is_said_to_be_right_once(page: Page, feedback: Path) -> None:
    answer = ask(page, "第七部分对社会保障卡是怎么说的？")
    answer.get_by_role("button", name="对", exact=True).click()
    expect(answer.locator(".cw-judging")).to_have_text("已记在本机")
    until = time.monotonic() + PATIENCE
    while not feedback.read_text(encoding="utf-8") and time.monotonic() < until:
        time.sleep(0.1)
    [line] = feedback.read_text(encoding="utf-8").splitlines()
    assert "社会保障卡" in line
    assert '"addresses"' in line
    ask(page, "保障措施有哪几条？")
    expect(page.locator("#cw-current .cw-judging")).to_be_visible()
    expect(page.locator("#cw-log .cw-judging")).to_be_hidden()


def test_a_refusal_names_the_reason_and_leads_to_what_is_near(page: Page) -> None:
    answer = ask(page, "第十一部分讲了什么？")
    expect(answer.locator(".cw-refusal h3")).to_contain_text("未找到依据")
    expect(answer.locator(".cw-answer")).to_have_count(0)
    answer.locator(".cw-near").first.click()
    expect_in_view(page)


def test_an_outline_entry_scrolls_to_its_part(page: Page) -> None:
    page.get_by_role("combobox").click()
    page.get_by_role("option", name="安徽省委省政府印发").click()
    page.get_by_role("button", name="六是 营造良好氛围").click()
    expect(page.locator(".cw-pages mark").first).to_be_attached()
    assert marked(page) == "六是营造良好氛围"
    expect_in_view(page)


def test_markup_in_a_question_is_inert(page: Page) -> None:
    question = "<img src=x onerror=alert(1)>社会保障卡怎么用？"
    answer = ask(page, question)
    expect(answer.locator(".cw-question p")).to_have_text(question)
    expect(page.locator("#cw-chat img")).to_have_count(0)


def test_a_hostile_document_is_opened_from_another_and_shown_to_the_letter(page: Page) -> None:
    answer = ask(page, "养老助餐补贴标准是每人每餐多少元？")
    expect(answer.locator(".cw-quote").first).to_contain_text("<script>alert('x')</script>")
    answer.locator(".cw-cite").first.click()
    expect(page.locator(".cw-pages mark").first).to_be_attached()
    expect_in_view(page)
    assert "养老助餐补贴标准为每人每餐12元" in marked(page)
    expect(page.locator(".cw-pages")).to_contain_text(HOSTILE_LINE)
    expect(page.locator(".cw-title-line")).to_contain_text(HOSTILE_TITLE)
    expect(page.locator("#cw-main :is(img, script, a)")).to_have_count(0)


def test_a_question_that_is_too_long_gets_one_polite_line(page: Page) -> None:
    page.locator("#cw-question textarea").fill("长" * 2500)
    page.get_by_role("button", name="提问", exact=True).click()
    expect(page.locator("#cw-current .cw-error")).to_contain_text("最多 2000 个")


def test_an_example_asks_and_a_new_conversation_begins_empty(page: Page) -> None:
    page.get_by_role("button", name="保障措施有哪几条？").click()
    expect(page.locator("#cw-current .cw-sources")).to_be_attached()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".cw-exchange")).to_have_count(0)
    expect(page.locator(".cw-welcome")).to_be_visible()
    # Nothing of the old conversation is known to the new one.
    expect(ask(page, "那第六条呢？").locator(".cw-reading")).to_have_count(0)


def test_a_question_is_held_to_the_documents_that_are_chosen(page: Page) -> None:
    page.locator("#cw-bounds button").first.click()
    page.locator("#cw-bound-documents input").click()
    page.get_by_role("option", name="养老助餐补贴的通知").click()
    page.keyboard.press("Escape")
    answer = ask(page, "社会保障卡怎么用？")
    expect(answer.locator(".cw-refusal")).to_be_attached()
    expect(answer.locator(".cw-question small")).to_contain_text("养老助餐补贴的通知")
    page.locator("#cw-bound-day textarea, #cw-bound-day input").fill("去年")
    expect(ask(page, "补贴标准是多少？").locator(".cw-error")).to_contain_text("不是日期")


def test_an_empty_question_does_nothing(page: Page) -> None:
    page.locator("#cw-question textarea").fill("   ")
    page.keyboard.press("Enter")
    expect(page.locator("#cw-question textarea")).to_have_value("")
    expect(page.locator(".cw-exchange")).to_have_count(0)
    ask(page, "保障措施有哪几条？")
    expect(page.locator(".cw-exchange")).to_have_count(1)


def test_the_enter_of_an_input_method_does_not_ask(page: Page) -> None:
    page.locator("#cw-question textarea").fill("baozhang")
    page.locator("#cw-question textarea").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    ask(page, "保障措施有哪几条？")
    expect(page.locator(".cw-exchange")).to_have_count(1)


def test_the_window_speaks_english_when_asked(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    answer = ask(page, "What are the main tasks?")
    expect(answer.locator(".cw-sources h3")).to_have_text("Sources")


def test_nothing_of_the_toolkit_is_offered(page: Page) -> None:
    expect(page).to_have_title("策问")
    for words in ("Gradio", "Settings", "Use via API", "Share"):
        expect(page.get_by_text(words)).to_have_count(0)


def test_a_new_conversation_right_behind_a_question_waits_for_its_answer(page: Page) -> None:
    page.locator("#cw-question textarea").fill("保障措施有哪几条？")
    page.keyboard.press("Enter")
    expect(page.locator("#cw-current .cw-question")).to_be_attached()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".cw-exchange")).to_have_count(0)
    ask(page, "第七部分对社会保障卡是怎么说的？")
    expect(page.locator(".cw-exchange")).to_have_count(1)


def test_the_browser_is_forbidden_to_ask_other_hosts(server: str) -> None:
    with urllib.request.urlopen(server, timeout=PATIENCE) as response:
        policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "connect-src 'self'", "font-src 'self' data:", "form-action 'none'"} <= set(policy)


def test_a_port_in_use_is_one_line_that_says_what_to_do(server: str) -> None:
    environment = {**os.environ, "PORT": str(urlsplit(server).port), "HOST": "127.0.0.1"}
    command = [sys.executable, "app.py"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "PORT=" in done.stderr


def test_on_a_narrow_screen_the_original_opens_over_the_chat_and_closes_again(phone: Page) -> None:
    answer = ask(phone, "第七部分对社会保障卡是怎么说的？")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    answer.locator(".cw-cite").first.click()
    expect_in_view(phone)
    phone.get_by_role("button", name="返回问答").click()
    expect(phone.locator("#cw-right")).to_be_hidden()
    expect(answer.locator(".cw-cite").first).to_be_focused()
