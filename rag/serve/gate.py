"""What every request passes before anything reads it: counting, its host, the key, its size; and headers going out.

Plain ASGI, outermost: Starlette's middleware on requests would hold back events, and hide that an asker has left.
"""

import hmac
import ipaddress
import json
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.serve.errors import error_object
from rag.serve.metrics import Metrics

#: Bytes of a body at most.
LARGEST: Final = 1_000_000
_THROWN: Final = 10 * LARGEST
#: The doors by the first two steps of their paths: counted by name, so that strange paths make no new series.
_DOORS: Final = {
    "/v1/answers": "answers", "/v1/search": "search", "/v1/chat": "chat", "/v1/models": "models",
    "/v1/documents": "documents", "/v1/parts": "parts", "/mcp": "mcp", "/healthz": "healthz", "/metrics": "metrics",
    "/docs": "docs", "/openapi.json": "docs",
}  # fmt: skip
#: Of a page: nothing but this server, and no script or style that stands in the page itself.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
#: As nginx has it: the asker left before there was an answer.
LEFT: Final = 499


class Gate:
    """Wraps an application. With `key`, /v1 and /mcp ask for `Authorization: Bearer KEY`.

    A `private` one, on this machine's own address and without a key, takes no request that names another host: a page
    from elsewhere can have its name lead here (DNS rebinding), and would read what is answered.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, key: str | None, *, private: bool) -> None:
        self._app, self._metrics = app, metrics
        self._key = key.encode() if key else None
        self._private = private and not key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = LEFT

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        self._metrics.begun()
        try:
            await self._pass(scope, receive, watched)
        finally:
            self._metrics.ended(_door(scope["path"]), status)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._private and not loopback(_host(scope)):
            said = error_object("没有设密钥时只接受用本机地址的访问：请用 127.0.0.1，或给服务设一个密钥。", code="host")
            await _answer(send, 421, said, (b"connection", b"close"))
            return
        if not self._may(scope):
            said = error_object(
                "缺少密钥或密钥不对：请在请求头里写 Authorization: Bearer <密钥>。", code="invalid_api_key"
            )
            await _answer(send, 401, said, (b"www-authenticate", b"Bearer"))
            return
        body = await _body(scope, receive)
        if body is None:
            said = error_object(f"请求体超过 {LARGEST // 1000} KB：请把内容写短一些。", code="too_large")
            await _answer(send, 413, said, (b"connection", b"close"))
            return
        unread = [body]

        async def again() -> Message:
            return unread.pop() if unread else await receive()

        await self._app(scope, again, send)

    def _may(self, scope: Scope) -> bool:
        path = scope["path"]
        if self._key is None or not (path.startswith(("/v1/", "/mcp/")) or path == "/mcp"):
            return True
        scheme, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
        # In a time that does not tell how much of it is right. Headers come as Latin-1, whatever they hold.
        return hmac.compare_digest(given.strip().encode("latin-1"), self._key) and scheme.lower() == "bearer"


def loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, which no other machine can reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(scope: Scope) -> str:
    try:
        return urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _door(path: str) -> str:
    return _DOORS.get("/".join(path.split("/")[:3]).rstrip("/"), _DOORS.get("/".join(path.split("/")[:2]), "other"))


async def _body(scope: Scope, receive: Receive) -> Message | None:
    """The whole body in one message, or that the asker has left; None where it is too large, declared or not.

    Somewhat too large a body is read to its end and thrown away: a client that is still sending hears no answer.
    """
    declared = Headers(scope=scope).get("content-length", "")
    if declared.isdecimal() and int(declared) > _THROWN:
        return None
    pieces, read = bytearray(), 0
    while read <= _THROWN:
        message = await receive()
        if message["type"] != "http.request":
            return message
        read += len(message.get("body", b""))
        if read <= LARGEST:
            pieces += message.get("body", b"")
        if not message.get("more_body", False):
            whole = {"type": "http.request", "body": bytes(pieces), "more_body": False}
            return whole if read <= LARGEST else None
    return None


async def _answer(send: Send, status: int, said: dict[str, Any], header: tuple[bytes, bytes]) -> None:
    data = json.dumps(said, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode()), header]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
