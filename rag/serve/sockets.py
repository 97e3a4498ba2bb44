"""The socket that a server of ours listens on, had before anything slow is begun. It imports no web library."""

import os
import socket

from corpus.errors import InputError


def bound_to(host: str, port: int, remedy: str) -> socket.socket:
    """A socket that listens there; InputError, with the `remedy`, where it cannot be had."""
    # Named, because asyncio sends at once (TCP_NODELAY) only where it is; else every answer waits 40 ms for its end.
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere this would let two programs share the port
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        # Another program that is bound but refuses to share shows itself only here.
        bound.listen(128)
    except OSError as exc:
        bound.close()
        raise InputError(f"不能在 {host}:{port} 上提供服务（{exc.strerror}）：{remedy}") from exc
    return bound


def url_host(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
