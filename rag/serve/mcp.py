"""The assistant as tools for a language model: an MCP server, for standard input and output or for HTTP.

Every tool only reads. What fails comes back as a sentence that says what to do, so that the model can mend its call.
Arguments are those of our HTTP doors (`rag.serve.schemas`), and so are the objects that come back.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError

from corpus.errors import CewenError, InputError
from rag.serve.errors import unreadable
from rag.serve.schemas import Nothing, PartWanted, Question, Search
from rag.serve.service import Service
from rag.shown import shown
from rag.wire import answer_object

_INSTRUCTIONS: Final = (
    "策问：回答政策文件问题，句句引自原文并注明出处。用 ask 提问，转述时保留原文的字句和出处；"
    "文件没有说明的（status 为 refused），不要自己补充。要看某一部分的全文，用 show_part。"
)
_SAID: Final = {
    "ask": ("提问", "问一个政策问题，得到带出处的回答，或有理由的拒答。追问时用 history 给出先前的问题。"),
    "search": ("查找", "只查找、不作答：与一句话最相关的各部分原文，及其文档编号和地址。"),
    "show_part": (
        "看原文",
        "一份文件某一部分的全文。document 是编号或标题，address 是 ask、search 给出的地址。",
    ),
    "list_documents": ("列出文件", "已收录的全部文件，及其编号、发文机关、文号、效力。"),
}
_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


_Work = Callable[[Any], Awaitable[tuple[str, dict[str, Any]]]]


@dataclass(frozen=True, slots=True)
class _Tool:
    """A tool: what it takes, and what it does with it; text for the model, and the object."""

    name: str
    title: str
    about: str
    takes: type[BaseModel]
    does: _Work

    @property
    def listed(self) -> Tool:
        return Tool(
            name=self.name, title=self.title, description=self.about, input_schema=self.takes.model_json_schema(),
            annotations=_READS,
        )  # fmt: skip


def _tools(service: Service) -> list[_Tool]:
    async def ask(wanted: Question) -> tuple[str, dict[str, Any]]:
        answer = await service.answer(wanted.asked())
        return shown(answer), answer_object(answer)

    async def search(wanted: Search) -> tuple[str, dict[str, Any]]:
        found = await service.search(wanted)
        lines = [
            f"{rank}. {hit['label']}（document {hit['document_id']}，address {hit['address']}）\n"
            f"{(hit['passage'] or hit)['text']}"
            for rank, hit in enumerate(found["hits"], 1)
        ]
        return "\n".join(lines) or "没有找到。", found

    async def show_part(wanted: PartWanted) -> tuple[str, dict[str, Any]]:
        part = await service.part(wanted)
        return f"{part['label']}（字符 {part['start']}–{part['end']}）\n{part['text']}", part

    async def list_documents(_: Nothing) -> tuple[str, dict[str, Any]]:
        held = await service.documents()
        lines = [f"{each['document_id']} 《{each['title']}》" for each in held["documents"]]
        return "\n".join(lines) or "目前没有收录任何文件。", held

    does: list[tuple[str, type[BaseModel], _Work]] = [
        ("ask", Question, ask),
        ("search", Search, search),
        ("show_part", PartWanted, show_part),
        ("list_documents", Nothing, list_documents),
    ]
    return [_Tool(name, *_SAID[name], takes, work) for name, takes, work in does]


def server(service: Service) -> Server[Any]:
    """The MCP server; run it with `serve_stdio`, or mount its `streamable_http_app`."""
    tools = {tool.name: tool for tool in _tools(service)}

    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[tool.listed for tool in tools.values()])

    async def call_tool(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        try:
            text, found = await _called(tools, params.name, params.arguments or {})
        except CewenError as exc:
            return CallToolResult(content=[TextContent(text=str(exc))], is_error=True)
        return CallToolResult(content=[TextContent(text=text)], structured_content=found)

    return Server("cewen", title="策问", instructions=_INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool)


async def _called(tools: dict[str, _Tool], name: str, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    tool = tools.get(name)
    if tool is None:
        raise InputError(f"没有工具“{name[:60]}”：有 {'、'.join(tools)}。")
    try:
        # As JSON, so that what no encoding takes is refused here.
        wanted = tool.takes.model_validate_json(json.dumps(arguments))
    except ValidationError as exc:
        said = unreadable(exc.errors(), list(tool.takes.model_fields))
        raise InputError(said["error"]["message"]) from exc
    return await tool.does(wanted)


async def serve_stdio(service: Service) -> None:
    """Serve over standard input and output until the input ends."""
    mcp = server(service)
    async with stdio_server() as (read, write):
        await mcp.run(read, write, mcp.create_initialization_options())
