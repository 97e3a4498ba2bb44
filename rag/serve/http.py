"""The assistant over HTTP: our own objects, OpenAI's chat completions, MCP, health, metrics and a page to try them.

An ASGI application over one `Service`. It decides nothing about answers, and makes few of its words itself: objects are
`rag.wire`'s and `rag.serve.openai`'s, failures `errors`'; what every request passes first is `gate`.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from importlib.resources import files
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI, Query, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.security import HTTPBearer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from corpus.errors import CewenError
from rag.serve import mcp, openai
from rag.serve.clerk import AskerGoneError
from rag.serve.errors import BROKEN, error_object, failure, unreadable
from rag.serve.gate import LARGEST, LEFT, Gate, loopback
from rag.serve.metrics import CONTENT_TYPE
from rag.serve.schemas import AnswerObject, Completion, ErrorObject, HitsObject, PartWanted, Search, StreamedQuestion
from rag.serve.service import Service
from rag.types import Answer
from rag.wire import answer_object

_ABOUT: Final = (
    "回答政策文件问题，句句有出处。字符偏移按 Unicode 码点计；quote 等于该文档的 text[start:end]。"
    '拒答也是回答（HTTP 200）。出错时得到 {"error": {"message", "type", "code", "param"}}。'
)
_FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorObject, "description": "请求用不了，message 说明怎样改"},
    401: {"model": ErrorObject, "description": "缺少密钥或密钥不对"},
    503: {"model": ErrorObject, "description": "暂时不能作答，或索引用不了"},
}
_PAGE: Final = {
    "": ("api.html", "text/html"),
    "/api.js": ("api.js", "text/javascript"),
    "/api.css": ("api.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}


def application(service: Service, *, key: str | None = None, host: str = "127.0.0.1") -> ASGIApp:
    """Everything, over one assistant; /v1 and /mcp ask for the key where there is one.

    `host` is where it will listen.
    """
    tools = mcp.server(service).streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=LARGEST,
        # `gate` looks at the host for every door.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app = FastAPI(
        title="策问", version="1", description=_ABOUT, docs_url=None, redoc_url=None, openapi_url="/openapi.json",
        lifespan=_lifespan(tools),
    )  # fmt: skip
    app.include_router(_asking(service))
    app.include_router(_looking(service))
    app.include_router(_watching(service))
    [door] = tools.routes
    assert isinstance(door, Route)  # the one that the library makes
    # Without sessions there is nothing to listen to and nothing to end: GET would wait for ever.
    app.router.routes.append(Route("/mcp", endpoint=door.endpoint, methods=["POST"]))
    _failing(app)
    return Gate(app, service.metrics, key, private=loopback(host))


def _lifespan(tools: Starlette) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.router.lifespan_context(tools):
            yield

    return lifespan


def _v1() -> APIRouter:
    """Says in /openapi.json that there may be a key; `gate` asks for it."""
    return APIRouter(prefix="/v1", responses=_FAILURES, dependencies=[Security(HTTPBearer(auto_error=False))])


def _asking(service: Service) -> APIRouter:
    router = _v1()

    @router.post("/answers", summary="问一个问题", response_model=None, responses={200: {"model": AnswerObject}})
    async def answers(wanted: StreamedQuestion, request: Request) -> Response:
        """得到与 rag ask --json 相同的对象；stream 时每个事件是同样的对象，partial 说明是否还没有写完。"""
        if wanted.stream:
            growing = service.answers(wanted.asked(), request.is_disconnected)
            return await _streamed(growing, lambda answer: [_object(answer)])
        return JSONResponse(_object(await service.answer(wanted.asked(), request.is_disconnected)))

    @router.post("/chat/completions", summary="OpenAI 兼容的对话", response_model=None)
    async def completions(wanted: Completion, request: Request) -> Response:
        """最后一条 user 消息是问题，之前的 user 消息是上文，其余消息和参数不起作用。一个字符计一个 token。"""
        asked, chat = openai.asked(wanted), openai.Chat(wanted, str(request.base_url))
        if wanted.stream:
            growing = service.answers(asked, request.is_disconnected)
            return await _streamed(growing, chat.pieces, [chat.opening()], "[DONE]")
        return JSONResponse(chat.whole(await service.answer(asked, request.is_disconnected)))

    @router.get("/models", summary="模型", response_model=None)
    async def models() -> Response:
        """只有 cewen。"""
        return JSONResponse(openai.models())

    @router.get("/models/{name}", summary="一个模型", response_model=None)
    async def model(name: str) -> Response:
        """只有 cewen。"""
        return JSONResponse(openai.model(name))

    return router


def _looking(service: Service) -> APIRouter:
    router = _v1()

    @router.post("/search", summary="只查找，不作答", response_model=None, responses={200: {"model": HitsObject}})
    async def search(wanted: Search) -> Response:
        """得到与 rag search --json 相同的对象。"""
        return JSONResponse(await service.search(wanted))

    @router.get("/documents", summary="已收录的文件", response_model=None)
    async def documents() -> Response:
        """每份文件最新的一版。"""
        return JSONResponse(await service.documents())

    @router.get("/parts", summary="一个部分的原文", response_model=None)
    async def parts(wanted: Annotated[PartWanted, Query()]) -> Response:
        """文档可以写编号或标题，地址如 二/（三）/六是。"""
        return JSONResponse(await service.part(wanted))

    return router


def _watching(service: Service) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz", summary="是否可用", response_model=None)
    async def healthz() -> Response:
        """busy：正在写一个长的回答，数字是上一次看到的。索引用不了时 503。"""
        return JSONResponse(await service.health())

    @router.get("/metrics", summary="Prometheus 指标", response_model=None)
    async def metrics() -> Response:
        """只有次数和用时，没有问题和文件的内容。"""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    for path, (name, kind) in _PAGE.items():
        router.add_api_route(f"/docs{path}", _static(name, kind), include_in_schema=False)
    return router


def _static(name: str, kind: str) -> Callable[[], Any]:
    content = (files("rag.serve") / "static" / name).read_text(encoding="utf-8")

    async def page() -> Response:
        return Response(content, media_type=kind)

    return page


def _object(answer: Answer) -> dict[str, Any]:
    return answer_object(answer) | {"partial": answer.partial}


def _event(said: dict[str, Any] | str) -> str:
    return f"data: {said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)}\n\n"


async def _streamed(
    growing: AsyncGenerator[Answer],
    objects: Callable[[Answer], Sequence[dict[str, Any]]],
    opening: Sequence[dict[str, Any]] = (),
    closing: str = "",
) -> Response:
    """Events, from the first answer on: what fails before it has a status of its own."""
    first = await anext(growing)

    async def events() -> AsyncIterator[str]:
        for said in opening:
            yield _event(said)
        async with aclosing(growing):
            try:
                for said in objects(first):
                    yield _event(said)
                async for answer in growing:
                    for said in objects(answer):
                        yield _event(said)
            except CewenError as exc:
                yield _event(failure(exc)[1])
                return
        if closing:
            yield _event(closing)

    return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _failing(app: FastAPI) -> None:
    """Every failure in one shape."""

    @app.exception_handler(CewenError)
    async def ours(_: Request, exc: CewenError) -> Response:
        status, said = failure(exc)
        return JSONResponse(said, status, headers={"Retry-After": "5"} if status == 503 else None)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, exc: RequestValidationError) -> Response:
        return JSONResponse(unreadable(exc.errors(), _fields(request)), 400)

    @app.exception_handler(HTTPException)
    async def http(request: Request, exc: HTTPException) -> Response:
        said = {
            404: "没有这个地址：可用的地址见 /docs。",
            405: f"这个地址不接受 {request.method}：请用 {(exc.headers or {}).get('Allow', '别的方法')}。",
        }.get(exc.status_code, "请求体读不出来：请发送 UTF-8 编码的 JSON 对象，层数不要太多。")
        code = {404: "not_found", 405: "method_not_allowed"}.get(exc.status_code, "unreadable")
        return JSONResponse(error_object(said, code=code), exc.status_code, headers=exc.headers)

    @app.exception_handler(AskerGoneError)
    async def gone(_: Request, __: AskerGoneError) -> Response:
        return Response(status_code=LEFT)

    @app.exception_handler(Exception)
    async def broken(_: Request, __: Exception) -> Response:
        # It is raised again behind this, and uvicorn logs it.
        return JSONResponse(BROKEN, 500)


def _fields(request: Request) -> list[str]:
    """The fields that the body of this request may have."""
    route = request.scope.get("route")
    field = getattr(route, "body_field", None)
    model = getattr(getattr(field, "field_info", None), "annotation", None)
    return list(getattr(model, "model_fields", ()))
