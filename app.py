"""The window as a program: `python app.py`, then http://127.0.0.1:7860 (HOST and PORT change that).

The default index, or that of CEWEN_INDEX, is first brought up to date with corpus/documents/; one given by --index is
served as it is. Exit status: 0 stopped; 2 wrong use or no usable index, with one line saying what to do.
"""

import argparse
import os
import socket
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from corpus.collection import Collection
from corpus.errors import CewenError, InputError
from corpus.terminal import ROOT, Parser, default_index
from rag.assistant import Assistant
from rag.serve.sockets import bound_to, url_host


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(prog="python app.py", description="打开策问的窗口")
    parser.add_argument("--index", type=Path, help="索引所在文件夹（默认 corpus/index）；给出时不更新索引")
    parser.add_argument("--settings", type=Path, help="TOML 设置文件")
    return parser.parse_args(arguments)


def _bound(host: str, port: str) -> socket.socket:
    """A socket bound to the address; InputError where it cannot be had."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise InputError(f"PORT={port} 不是端口号：请设为 1 到 65535 之间的数，例如 PORT=7861。")
    other = int(port) + 1 if int(port) < 65535 else 7860
    return bound_to(host, int(port), f"请用 PORT= 换一个端口，例如 PORT={other}。")


def _bring_up_to_date(index: Path) -> None:
    from ingest.pipeline import sync

    with Collection.open(index, writable=True) as collection:
        report = sync(ROOT / "corpus" / "documents", collection)
    for outcome in report.documents:
        if outcome.error:
            print(f"{outcome.path}：{outcome.error}", file=sys.stderr)


def _serve(options: argparse.Namespace) -> None:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "7860"
    bound = _bound(host, port)
    # Gradio takes as long to import as the model to load: side by side.
    importing = threading.Thread(target=import_module, args=("rag.serve.web",), daemon=True)
    importing.start()
    if options.index is None:
        _bring_up_to_date(default_index())
    assistant = Assistant.open(options.index or default_index(), options.settings)
    assistant.warm_up()
    importing.join()
    import uvicorn

    from rag.serve.web import application

    server = uvicorn.Server(uvicorn.Config(application(assistant), log_level="warning"))
    print(f"策问：http://{url_host(host)}:{port} （按 Ctrl+C 停止）", flush=True)
    try:
        server.run(sockets=[bound])
    finally:
        assistant.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; the exit status."""
    options = _options(arguments)
    try:
        _serve(options)
    except CewenError as exc:
        print(exc, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
