"""A language model from a GGUF file, run in this process by llama.cpp, behind LangChain's door.

Nothing is downloaded and nothing can be reached from outside: llama.cpp's server object always listens somewhere, so it
is given a socket file that is removed as soon as the model is loaded, and a key that nobody knows. It writes no log.

A model generates one answer at a time; who asks meanwhile waits. Reading a long prompt takes a small machine longer
than writing the answer: while it reads, empty pieces come, so that it is not taken for silent and can be left.
"""

import atexit
import contextlib
import mmap
import os
import queue
import secrets
import socket
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from corpus.errors import InputError, ServiceError, StateError

#: Tokens of prompt and answer together, at most: what they need is memory, about 30 KB a token at 1.5 billion weights.
CONTEXT: Final = 8192
#: Tokens of the prompt that are read between two looks at whether anyone still waits.
_BATCH: Final = 256
_MOST_THREADS: Final = 8
_SEED: Final = 20240817
_MAGIC: Final = b"GGUF"
#: How a key of the file's header is written: its length, then its name.
_TEMPLATE_KEY: Final = len(b"tokenizer.chat_template").to_bytes(8, "little") + b"tokenizer.chat_template"
_HEADER: Final = 1 << 26
#: For files without a template: such models go on with a text, and marks of a conversation would only be repeated.
_PLAIN: Final = "{% for message in messages %}{{ message['content'] }}\n\n{% endfor %}答复：\n"
_ROLES: Final = {"system": "system", "human": "user", "ai": "assistant"}
#: Seconds that leaving the program waits for a generation to notice.
_GOODBYE: Final = 30.0

#: What llama.cpp tells while it works, as parsed JSON.
Event = dict[str, Any]


class GGUFChatModel(BaseChatModel):
    """A chat model of a GGUF file. `GGUFChatModel.open` is the way to have one."""

    path: Path
    temperature: float
    max_tokens: int
    _engine: "_Engine" = PrivateAttr()

    @classmethod
    def open(cls, path: str | Path, *, temperature: float, max_tokens: int) -> Self:
        """The model of a file, loaded (seconds, and memory of the file's size); a file already loaded is shared.

        InputError where the file is no model, StateError where the library is not installed.
        """
        file = _checked(path)
        model = cls(path=file, temperature=temperature, max_tokens=max_tokens)
        model._engine = _engine(file)
        return model

    @property
    def _llm_type(self) -> str:
        return "gguf"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.path.name, "temperature": self.temperature, "max_tokens": self.max_tokens}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - as the base class has it
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - as the base class has it
    ) -> Iterator[ChatGenerationChunk]:
        request = {
            "messages": [{"role": _ROLES.get(m.type, "user"), "content": m.text} for m in messages],
            "temperature": kwargs.get("temperature", self.temperature),
            "max_tokens": kwargs.get("max_tokens", self.max_tokens),
            "stop": stop or [],
            "seed": _SEED,
            "stream": True,
            "return_progress": True,
        }
        for event in self._engine.events(request):
            chunk = _chunk(event)
            if run_manager is not None and chunk.text:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def _chunk(event: Event) -> ChatGenerationChunk:
    """What the model has just written, "" while it reads or thinks; ServiceError where it cannot."""
    if error := event.get("error"):
        raise ServiceError(_reason(error))
    choice = (event.get("choices") or [{}])[0]
    written = (choice.get("delta") or {}).get("content") or ""
    ended = {"finish_reason": choice["finish_reason"]} if choice.get("finish_reason") else None
    return ChatGenerationChunk(message=AIMessageChunk(content=written), generation_info=ended)


def _reason(error: Event) -> str:
    if error.get("type") == "exceed_context_size_error":
        needed, most = error.get("n_prompt_tokens", "太多"), error.get("n_ctx", CONTEXT)
        return f"问题和资料共 {needed} 个词元，模型一次最多读 {most} 个；请调小 chat.evidence_budget。"
    return f"模型没有写成（{str(error.get('message', ''))[:120]}）；请再试一次，或换一个模型文件。"


class _Engine:
    """A model in memory, and who may use it."""

    def __init__(self, path: Path) -> None:
        self._server: Any = _loaded(path)
        self._one = threading.Lock()
        self._closing = threading.Event()

    def events(self, request: Event) -> Iterator[Event]:
        """What happens while a request is worked on; closing the iterator ends the work at its next event."""
        coming: queue.Queue[Event | None] = queue.Queue()
        left = threading.Event()

        def told(event: Event) -> bool:
            coming.put(event)
            return left.is_set() or self._closing.is_set()

        def work() -> None:
            try:
                with self._one:
                    if not (left.is_set() or self._closing.is_set()):
                        self._server.handle_chat_completions(request, told)
            except (RuntimeError, ValueError) as exc:
                coming.put({"error": {"message": str(exc)}})
            finally:
                coming.put(None)

        threading.Thread(target=work, name="gguf", daemon=True).start()
        try:
            while (event := coming.get()) is not None:
                yield event
        finally:
            left.set()

    def close(self) -> None:
        """End what is being generated and let the model go: a thread inside it would crash a program that ends."""
        self._closing.set()
        if self._one.acquire(timeout=_GOODBYE):
            self._server = None
            self._one.release()


_engines: weakref.WeakValueDictionary[tuple[Path, int, int], _Engine] = weakref.WeakValueDictionary()
_opening: Final = threading.Lock()


def _engine(file: Path) -> _Engine:
    known = file.stat()
    key = (file, known.st_mtime_ns, known.st_size)
    with _opening:
        engine = _engines.get(key)
        if engine is None:
            engine = _engines[key] = _Engine(file)
        return engine


@atexit.register
def _close_all() -> None:
    for engine in list(_engines.values()):
        engine.close()


def _checked(path: str | Path) -> Path:
    """The file, if it is a GGUF one."""
    file = Path(path).expanduser()
    if file.is_dir():
        raise InputError(f"{file} 是文件夹；请写模型文件本身，例如 CEWEN_LLM=gguf:{file / 'model.gguf'}。")
    try:
        with file.open("rb") as opened:
            begun = opened.read(len(_MAGIC))
    except OSError as exc:
        raise InputError(f"模型文件 {file} 打不开（{exc.strerror}）；请检查 CEWEN_LLM=gguf: 后面的路径。") from exc
    if begun != _MAGIC:
        raise InputError(f"{file} 不是 GGUF 文件；请换成 .gguf 格式的模型文件。")
    return file.resolve()


def _has_template(file: Path) -> bool:
    """Whether the file says how a conversation is written for its model: a model without was never taught to answer."""
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as held:
        return held.find(_TEMPLATE_KEY, 0, _HEADER) >= 0


def _loaded(file: Path) -> Any:  # noqa: ANN401 - the library has no types
    """llama.cpp's server object with the model loaded."""
    try:
        import xllamacpp  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as exc:
        raise StateError("在本进程里运行模型文件要先装：pip install '.[local]'") from exc
    params = xllamacpp.CommonParams()
    _set_up(params, file)
    with contextlib.ExitStack() as stack:
        # Windows' temporary folders are longer than a socket's name may be; there it is the loopback, behind the key.
        if hasattr(socket, "AF_UNIX") and os.name == "posix":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cewen-", dir=_short_folder()))
            params.hostnames = [f"{folder}/none.sock"]
        try:
            return xllamacpp.Server(params)
        except (RuntimeError, ValueError) as exc:
            raise InputError(
                f"模型文件 {file} 载入不了：可能不完整、内存不够，或不是对话模型；请换一个 .gguf 文件。"
            ) from exc


def _short_folder() -> str | None:
    """A socket's path may have about 100 characters: /tmp where the usual folder for temporary files is deeper."""
    return None if len(tempfile.gettempdir()) < 60 else "/tmp"  # noqa: S108 - a private folder is made in it


def _set_up(params: Any, file: Path) -> None:  # noqa: ANN401 - the library has no types
    params.model.path = str(file)
    params.n_ctx = CONTEXT
    params.n_batch = params.n_ubatch = _BATCH
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _threads()
    params.warmup = False
    params.verbosity = -1
    params.offline = True
    params.api_keys = [secrets.token_hex()]
    params.ui = params.endpoint_slots = False
    params.n_threads_http = 1
    # Prompts of other questions would be kept, up to gigabytes.
    params.cache_ram_mib = 0
    # What is quoted needs no thinking, which costs minutes without a fast machine.
    params.enable_reasoning = 0
    if not _has_template(file):
        params.chat_template = _PLAIN


def _threads() -> int:
    """The processors that this process may use."""
    allowed: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return min(len(allowed(0)) if allowed is not None else os.cpu_count() or 2, _MOST_THREADS)
