"""The language model that settings name, behind LangChain's door: any provider of `init_chat_model`, or a GGUF file.

Nothing is asked here: opening makes no request. The key comes from the environment and is kept by the provider alone.
"""

import os
from typing import Any, Final, cast
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from corpus.errors import InputError, StateError
from rag.settings import Chat

#: Names that begin so are files to run in this process.
GGUF: Final = "gguf:"
#: The same question gets the same draft, as far as the model allows.
TEMPERATURE: Final = 0
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def open_chat_model(settings: Chat) -> BaseChatModel | None:
    """The model, or None where none is named. InputError where the name says nothing, StateError where a part lacks."""
    if not settings.model:
        return None
    if settings.model.startswith(GGUF):
        return _in_process(settings)
    from langchain.chat_models import init_chat_model
    from openai import OpenAIError

    options: dict[str, Any] = {
        "temperature": TEMPERATURE,
        # A little more than `rag.answer.chat` waits: it says what was waited for, and then the connection is dropped.
        "timeout": settings.silence + 1,
        # Trying again is `rag.answer.chat`'s, which knows whether anything has been said yet.
        "max_retries": 0,
    }
    if settings.base_url:
        options["base_url"] = settings.base_url
    if settings.base_url and _named(settings).startswith("openai:"):
        # OpenAI's client has a new name for the limit, which servers that are only compatible may not know.
        options["extra_body"] = {"max_tokens": settings.max_tokens}
    else:
        options["max_tokens"] = settings.max_tokens
    if key := _key(settings):
        options["api_key"] = key
    try:
        return cast("BaseChatModel", init_chat_model(_named(settings), **options))
    except ImportError as exc:
        raise StateError(f"模型 {settings.model} 要另装一个包：{_first_line(exc)}") from exc
    # A missing key and an unknown name come as either.
    except (ValueError, OpenAIError) as exc:
        raise InputError(
            f"打不开模型 {settings.model}（{_first_line(exc)}）："
            "请写成 提供者:模型名，例如 CEWEN_LLM=openai:qwen3，密钥放在 CEWEN_LLM_API_KEY。"
        ) from exc


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _named(settings: Chat) -> str:
    """A bare name with a base URL is that of an OpenAI-compatible endpoint, whatever the name sounds like."""
    return f"openai:{settings.model}" if settings.base_url and ":" not in settings.model else settings.model


def _key(settings: Chat) -> SecretStr | None:
    if key := os.environ.get("CEWEN_LLM_API_KEY"):
        return SecretStr(key)
    host = urlsplit(settings.base_url).hostname or ""
    # A server on this machine seldom asks for a key, but the client insists on one.
    return SecretStr("none") if host in _LOOPBACK and not os.environ.get("OPENAI_API_KEY") else None


def _in_process(settings: Chat) -> BaseChatModel:
    from rag.answer.gguf import GGUFChatModel

    return GGUFChatModel.open(
        settings.model.removeprefix(GGUF), temperature=TEMPERATURE, max_tokens=settings.max_tokens
    )
