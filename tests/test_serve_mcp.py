"""The doors for language models: MCP's own client over HTTP and over standard input and output."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from rag import Assistant
from rag.wire import answer_object
from tests.conftest import ROOT
from tests.serving import Server, letter_assistant, letter_index

T = TypeVar("T")
LIST = "保障措施有哪几条？"
KEY = "k-1"
#: As of 2026, and as clients before it speak.
PROTOCOLS = ["auto", "legacy"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return letter_index(tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def server(index: Path) -> Iterator[Server]:
    with Server(letter_assistant(index), key=KEY) as running:
        yield running


@pytest.fixture(scope="module")
def asked(index: Path) -> Iterator[Assistant]:
    opened = letter_assistant(index)
    yield opened
    opened.close()


def over_http(server: Server, work: Callable[[Client], Awaitable[T]], mode: str = "auto", key: str = KEY) -> T:
    async def run() -> T:
        headers = {"Authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{server.url}/mcp", http_client=http), mode=mode) as client,
        ):
            return await work(client)

    return asyncio.run(run())


def called(server: Server, tool: str, arguments: dict[str, Any], mode: str = "auto") -> CallToolResult:
    return over_http(server, lambda client: client.call_tool(tool, arguments), mode)


def said(result: CallToolResult) -> str:
    [content] = result.content
    assert content.type == "text"
    return content.text


@pytest.mark.parametrize("mode", PROTOCOLS)
def test_the_tools_say_what_they_take_and_only_read(server: Server, mode: str) -> None:
    listed = over_http(server, lambda client: client.list_tools(), mode).tools
    assert [tool.name for tool in listed] == ["ask", "search", "show_part", "list_documents"]
    for tool in listed:
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
    assert {"question", "history", "document", "as_of"} <= set(listed[0].input_schema["properties"])


@pytest.mark.parametrize("mode", PROTOCOLS)
def test_a_question_gives_the_object_and_the_text_with_its_sources(server: Server, asked: Assistant, mode: str) -> None:
    arguments = {"question": "那第六条呢？", "history": [{"question": LIST}], "document": "长三角"}
    result = called(server, "ask", arguments, mode)
    assert not result.is_error
    expected = answer_object(asked.converse([LIST], "那第六条呢？"))
    assert {**result.structured_content, "timings_ms": None} == {**expected, "timings_ms": None}
    text = said(result)
    assert text.startswith("按上文理解为：")
    assert f"\n{expected['answer']}\n[1] 《" in text


def test_a_part_found_can_be_shown(server: Server, asked: Assistant) -> None:
    found = called(server, "search", {"query": "社会保障卡", "k": 1})
    [hit] = found.structured_content["hits"]
    assert f"document {hit['document_id']}，address {hit['address']}" in said(found)
    shown = called(server, "show_part", {"document": hit["document_id"], "address": hit["address"]})
    part = shown.structured_content
    [document] = asked.collection.documents()
    assert part["text"] == document.text[part["start"] : part["end"]]
    assert said(shown) == f"{part['label']}（字符 {part['start']}–{part['end']}）\n{part['text']}"
    listed = called(server, "list_documents", {})
    assert listed.structured_content["documents"][0]["document_id"] == hit["document_id"]


@pytest.mark.parametrize("mode", PROTOCOLS)
@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {}, "缺少 question"), ("ask", {"question": " "}, "问题是空的"), ("ask", {"question": 3}, "应当是文字"),
        ("ask", {"question": "好", "isuer": "x"}, "可用的有 document"), ("ask", {"question": "长" * 9000}, "最多 2000"),
        ("ask", {"question": "好", "as_of": "昨天"}, "不是日期"),
        ("ask", {"question": "好", "document": "无"}, "没有文档"),
        ("search", {"query": "好", "k": 0}, "最小是 1"), ("answer", {"question": "好"}, "show_part"),
        ("show_part", {"document": "长三角", "address": "九"}, "有：一"), ("list_documents", {"all": True}, "没有 all"),
    ],
)  # fmt: skip
def test_a_wrong_call_gets_a_sentence_that_helps(
    server: Server, tool: str, arguments: dict[str, Any], words: str, mode: str
) -> None:
    result = called(server, tool, arguments, mode)
    assert result.is_error
    assert words in said(result)
    assert "Traceback" not in said(result)


def test_without_the_key_no_tool_is_called(server: Server) -> None:
    with pytest.raises((MCPError, ExceptionGroup, httpx2.HTTPStatusError)):
        over_http(server, lambda client: client.list_tools(), key="wrong")


@pytest.mark.model
def test_over_standard_input_and_output(seed_index: Path, assistant: Assistant) -> None:
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "rag", "mcp", "--index", str(seed_index)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name.startswith("CEWEN_")},
    )

    async def run() -> tuple[str | None, CallToolResult, CallToolResult]:
        async with Client(parameters) as client:
            right = await client.call_tool("ask", {"question": LIST})
            return client.instructions, right, await client.call_tool("ask", {"question": ""})

    instructions, right, wrong = asyncio.run(run())
    assert "show_part" in (instructions or "")
    assert right.structured_content["answer"] == assistant.ask(LIST).text
    assert (wrong.is_error, "问题是空的" in said(wrong)) == (True, True)
