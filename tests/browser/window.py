"""What tests of the window share: the program on a port of its own, a browser, and a page that is watched."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)  # fmt: skip

ROOT: Final = Path(__file__).resolve().parent.parent.parent
CHROMIUM: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
#: Seconds that the program may take until it answers, on a machine that is doing other things as well.
PATIENCE: Final = 150.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def program(index: Path, log: Path, **environment: str) -> Iterator[str]:
    """`python app.py` over an index, and its address; whatever it has to say goes to `log`."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}/"
    said = {**os.environ, "CEWEN_INDEX": str(index), "PORT": str(port), "HOST": "127.0.0.1", **environment}
    with log.open("w+", encoding="utf-8") as out:
        running = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=said, stdout=out, stderr=out)
        try:
            until = time.monotonic() + PATIENCE
            while not _answers(url):
                assert running.poll() is None, f"the program ended: {log.read_text(encoding='utf-8')}"
                assert time.monotonic() < until, "the program did not answer in time"
            yield url
        finally:
            running.terminate()
            running.wait(timeout=20)
    # Nothing went wrong unseen on the other side either.
    assert "Traceback" not in log.read_text(encoding="utf-8")


@contextmanager
def launched() -> Iterator[BrowserContext]:
    """One empty profile: pages share the cache and nothing else that matters here."""
    if not CHROMIUM.exists():
        pytest.fail("没有 Chromium，浏览器测试无法运行：请先执行 apt-get install -y chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser.new_context()
        browser.close()


@contextmanager
def watched(browser: BrowserContext, server: str, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """The window, opened. A request to another host, an error in the console or in the page fails the test."""
    wrong: list[str] = []
    host = urlsplit(server).netloc

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(f"console: {message.text}")

    def failed(error: Error) -> None:
        wrong.append(f"page: {error}")

    def opened(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def asked(request: Request) -> None:
        to = urlsplit(request.url)
        if to.scheme not in ("data", "blob") and to.netloc != host:
            wrong.append(f"request: {request.url}")

    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.set_default_timeout(15_000)
    page.on("console", heard)
    page.on("pageerror", failed)
    page.on("dialog", opened)
    page.on("request", asked)
    page.goto(server)
    expect(page.locator("#cw-panel article")).to_be_attached()
    # The script of the window has run when it has set the language of the page.
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    yield page
    page.close()
    assert not wrong


def ask(page: Page, question: str) -> Locator:
    """Ask as a reader does, and wait until the answer is whole."""
    page.locator("#cw-question textarea").fill(question)
    page.keyboard.press("Enter")
    newest = page.locator("#cw-current .cw-exchange")
    expect(newest.locator(".cw-question p")).to_have_text(question)
    expect(newest.locator(".cw-sources, .cw-refusal, .cw-error")).to_be_attached()
    expect(page.locator("#cw-current")).to_have_attribute("aria-busy", "false")
    return newest
