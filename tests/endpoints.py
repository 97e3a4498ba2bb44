"""A small OpenAI-compatible endpoint on the loopback: real sockets, and one visible behaviour for each thing that goes
wrong with a model's service."""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

#: What a behaviour does with a request: it writes to the connection itself.
Behaviour = Callable[["Connection"], None]

_BLOCK: Final = re.compile(r"\[(\d+)\] [^\n]*\n([^。\n]+。?)")


class Connection(BaseHTTPRequestHandler):
    """One request. What it asks for is in `body`."""

    server: "Endpoint"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.bodies.append(self.body)
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.close_connection = True
        try:
            self.server.behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Quiet."""

    @property
    def prompt(self) -> str:
        """What stands in the last message."""
        return str(self.body["messages"][-1]["content"])

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def piece(self, text: str) -> None:
        self.event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]})

    def event(self, value: dict[str, Any]) -> None:
        value = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "test", **value}
        self.wfile.write(f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()

    def end(self, reason: str = "stop") -> None:
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def error(self, status: int, message: str) -> None:
        said = json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def vanish(self) -> None:
        """Break the connection off, as a process that is killed does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def wait(self) -> None:
        """Say nothing until the other side has gone or the endpoint closes."""
        self.connection.settimeout(0.05)
        while not self.server.closing.is_set():
            try:
                if not self.connection.recv(1):
                    self.server.left.set()
                    return
            except TimeoutError:
                continue


class Endpoint(ThreadingHTTPServer):
    """Listens while its block is entered. `bodies` and `keys` are what it was sent; `left`: someone hung up."""

    daemon_threads = True

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.behaviour = behaviour
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.left, self.closing = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is what these tests are about."""


def quoted(connection: Connection) -> Iterator[str]:
    """The first sentence of each block of the evidence in the prompt, cited, a character at a time."""
    for number, sentence in _BLOCK.findall(connection.prompt)[:2]:
        yield from f"{sentence}[{number}]\n"


def answers(connection: Connection) -> None:
    connection.begin()
    for piece in quoted(connection):
        connection.piece(piece)
    connection.end()


def answers_whole(connection: Connection) -> None:
    """One object, though a stream was asked for."""
    said = json.dumps({
        "id": "1", "object": "chat.completion", "created": 1, "model": "test",
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "".join(quoted(connection))},
        }],
    }).encode()  # fmt: skip
    connection.send_response(200)
    connection.send_header("Content-Type", "application/json")
    connection.send_header("Content-Length", str(len(said)))
    connection.end_headers()
    connection.wfile.write(said)


def stops_half_way(connection: Connection) -> None:
    """A whole statement and half of the next."""
    pieces = "".join(quoted(connection))
    connection.begin()
    for piece in pieces[: pieces.index("\n") + 8]:
        connection.piece(piece)
    connection.vanish()


def falls_silent(connection: Connection) -> None:
    """A whole statement, and nothing any more."""
    pieces = "".join(quoted(connection))
    connection.begin()
    connection.piece(pieces[: pieces.index("\n") + 1])
    connection.wait()


def silent(connection: Connection) -> None:
    connection.wait()


def hangs_up(connection: Connection) -> None:
    connection.vanish()


def garbage(connection: Connection) -> None:
    """No HTTP at all."""
    connection.wfile.write(bytes(range(256)) * 8)


def garbled(connection: Connection) -> None:
    """HTTP, and a stream of events that hold no JSON."""
    connection.begin()
    connection.wfile.write(b"data: {\xff\xfe not json\n\n" * 3)


def endless(connection: Connection) -> None:
    """Words without an end, as fast as they are read."""
    connection.begin()
    while not connection.server.closing.is_set():
        connection.piece("社会")


def dawdles(connection: Connection) -> None:
    """A statement at once, and then a word now and again, for ever: never silent for long."""
    pieces = "".join(quoted(connection))
    connection.begin()
    connection.piece(pieces[: pieces.index("\n") + 1])
    while not connection.server.closing.wait(0.1):
        connection.piece("社")


def says_and_dawdles(connection: Connection) -> None:
    """Two statements at once, and then a word now and again."""
    connection.begin()
    connection.piece("".join(quoted(connection)))
    while not connection.server.closing.wait(0.1):
        connection.piece("社")


def answers_and_goes_round(connection: Connection) -> None:
    """Its statements, and its statements again, for ever."""
    connection.begin()
    while not connection.server.closing.is_set():
        for piece in quoted(connection):
            connection.piece(piece)


def says_nothing(connection: Connection) -> None:
    connection.begin()
    connection.end()


def fails(status: int) -> Behaviour:
    """An error of the service, with its HTTP status."""
    return lambda connection: connection.error(status, f"status {status}")


def fails_once(status: int) -> Behaviour:
    """An error the first time, answers after that."""

    def behave(connection: Connection) -> None:
        if len(connection.server.bodies) == 1:
            connection.error(status, f"status {status}")
        else:
            answers(connection)

    return behave
