"""`python -m rag serve` and `python -m rag mcp`: an assistant opened, its service built, and served until stopped.

What is served is `rag.serve.http`'s and `rag.serve.mcp`'s. Nothing is written, and no request leaves this machine.
"""

import asyncio
import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import Final

from corpus.errors import InputError
from rag.assistant import Assistant
from rag.serve.clerk import Clerk
from rag.serve.gate import loopback
from rag.serve.service import Service
from rag.serve.sockets import bound_to, url_host

#: Where the key is read from.
KEY: Final = "CEWEN_API_KEY"
#: Seconds that answers in progress are given when the server is stopped.
_GRACE: Final = 5


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address; InputError where it cannot be had."""
    if not 0 <= port < 65536:
        raise InputError(f"--port {port} 不是端口号：请给 0 到 65535 之间的数，0 由系统选。")
    return bound_to(host, port, "请用 --port 换一个端口，或检查 --host。")


def warning(host: str, key: str | None) -> str:
    """What is to be said where others than this machine can ask without a key; "" otherwise."""
    if key or loopback(host):
        return ""
    return f"注意：{host} 不只限本机访问，又没有密钥，谁都能提问；请用环境变量 {KEY} 设一个。"


def _opened(index: Path, settings: Path | None) -> Service:
    assistant = Assistant.open(index, settings)
    assistant.warm_up()
    return Service(Clerk(assistant))


def serve(index: Path, settings: Path | None, host: str, port: int) -> int:
    """Serve over HTTP until stopped; the exit status. InputError and StateError before it begins."""
    bound = listening(host, port)
    key = os.environ.get(KEY) or None
    if said := warning(host, key):
        print(said, file=sys.stderr)
    try:
        service = _opened(index, settings)
    except BaseException:
        bound.close()
        raise
    import uvicorn

    from rag.serve.http import application

    app = application(service, key=key, host=host)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=_GRACE
    )
    print(
        f"策问：http://{url_host(host)}:{bound.getsockname()[1]} （说明见 /docs，按 Ctrl+C 停止）",
        file=sys.stderr,
        flush=True,
    )
    try:
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[bound])
    finally:
        service.close()
    return 0


def mcp(index: Path, settings: Path | None) -> int:
    """Serve MCP over standard input and output until the input ends; the exit status."""
    from rag.serve.mcp import serve_stdio

    service = _opened(index, settings)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve_stdio(service))
    finally:
        service.close()
    return 0
