"""The page that describes the doors for programs, in a real browser: it is read, and a request is tried on it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.window import ARGUMENTS, CHROMIUM
from tests.serving import Server, letter_assistant, letter_index

pytestmark = pytest.mark.browser
KEY = "k-1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    index = letter_index(tmp_path_factory.mktemp("index"))
    with Server(letter_assistant(index), key=KEY) as running:
        yield running


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    """The page, opened; no request to another host, nothing that the policy forbids, no error."""
    hosts, complaints = set[str | None](), list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        opened = browser.new_page()
        opened.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(f"{server.url}/docs")
        yield opened
        browser.close()
    assert hosts == {"127.0.0.1"}
    # A browser writes every refused request to its console.
    assert [said for said in complaints if "401" not in said] == []


def test_every_door_is_described_and_can_be_tried(page: Page) -> None:
    expect(page.locator("summary")).to_have_count(9)
    door = page.locator("details", has_text="/v1/answers")
    door.locator("summary").click()
    expect(door.locator("table").first).to_contain_text("question")
    send, answer = door.get_by_role("button", name="发送"), door.locator("pre")
    send.click()
    expect(answer).to_contain_text("HTTP 401")
    page.get_by_label("密钥").fill(KEY)
    send.click()
    expect(answer).to_contain_text("HTTP 200")
    expect(answer).to_contain_text("六是营造良好氛围")


def test_parameters_of_an_address_are_sent_with_it(page: Page) -> None:
    page.get_by_label("密钥").fill(KEY)
    door = page.locator("details", has_text="/v1/parts")
    door.locator("summary").click()
    door.get_by_label("document").fill("长三角")
    door.get_by_label("address").fill("二/（三）/六是")
    door.get_by_role("button", name="发送").click()
    expect(door.locator("pre")).to_contain_text("六是营造良好氛围")
