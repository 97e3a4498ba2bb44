"""How questions are answered, as one frozen tree: a TOML file, then the environment, then what the caller sets.

Unknown keys are refused and numbers are bounded. The defaults were tuned as docs/decisions.md tells.
"""

import hashlib
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from corpus.errors import InputError


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retrieval(_Section):
    """How parts are found. The weights are those of a convex sum of z-scores."""

    candidates: int = Field(default=100, ge=1, le=1000, description="segments each stage gives to the fusion")
    lexical_weight: float = Field(default=0.3, ge=0, le=1, description="1: words alone; 0: meaning alone")
    lexical_weight_english: float = Field(default=0.3, ge=0, le=1, description="the same for questions in English")
    pair_weight: float = Field(default=1.0, ge=0, le=5, description="of pairs of characters beside words; 0: none")
    variant_weight: float = Field(default=0.7, ge=0, le=1, description="of synonyms beside the word itself; 0: none")
    work_share: float = Field(default=0.3, ge=0, le=2, description="what the other hits in a document add to each")
    collapse: bool = Field(default=True, description="parts of two documents that say the same are one hit")
    by_number: bool = Field(default=True, description="parts that are named by number or heading come first")
    by_name: bool = Field(default=True, description="documents that are named or described are looked in alone")
    reranker: str = Field(default="", description="a CrossEncoder by folder or name; empty: none")
    rerank_depth: int = Field(default=20, ge=1, le=200, description="parts that the reranker reads")


class Answering(_Section):
    """How answers are made of what was found."""

    parts: int = Field(default=6, ge=1, le=50, description="parts whose sentences are looked at")
    statements: int = Field(default=3, ge=1, le=10, description="quoted statements at most, lists excepted")
    reader: str = Field(
        default="", description="an adapter of the span reader by file; empty: the shipped; none: no reader"
    )
    reading_limit: int = Field(default=110, ge=40, le=2000, description="characters that the span reader reads")
    short_answers: float = Field(default=0.3, ge=0, le=1, description="how sure the reader must be of a short answer")
    quote_limit: int = Field(default=600, ge=50, le=5000, description="characters of one quotation at most")


class Chat(_Section):
    """The language model that drafts answers, if one does. Its key is read from the environment and never kept here."""

    model: str = Field(
        default_factory=lambda: os.environ.get("CEWEN_LLM", ""),
        description="as LangChain names it (openai:qwen3, ollama:qwen3:4b), or gguf:FILE; empty: quotations alone",
    )
    base_url: str = Field(
        default_factory=lambda: os.environ.get("CEWEN_LLM_BASE_URL", ""),
        description="of the endpoint, if not the usual",
    )
    max_tokens: int = Field(default=800, ge=16, le=8000, description="that the model may write")
    evidence_budget: int = Field(
        default=4000, ge=200, le=100_000, description="tokens of evidence it is given, at most"
    )
    timeout: float = Field(default=120, ge=1, le=3600, description="seconds for an answer, at most")
    silence: float = Field(default=30, ge=1, le=3600, description="seconds without a word, at most")
    retries: int = Field(default=1, ge=0, le=5, description="further tries where it fails before it has said anything")


class Refusing(_Section):
    """When nothing is answered. `threshold` is compared with the confidence of `rag.refusal`, from 0 to 1."""

    threshold: float = Field(default=0.27, ge=0, le=1)
    question_limit: int = Field(default=2000, ge=10, le=100_000, description="characters of a question at most")


class Feedback(_Section):
    """What readers of the window say of answers."""

    file: str = Field(default="", description="a .jsonl that it is added to, on this machine; empty: nobody is asked")


class Settings(BaseSettings):
    """All of it. In the environment: CEWEN_RETRIEVAL__CANDIDATES=80."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="CEWEN_", env_nested_delimiter="__", env_ignore_empty=True
    )

    retrieval: Retrieval = Retrieval()
    answering: Answering = Answering()
    chat: Chat = Field(default_factory=Chat)
    refusing: Refusing = Refusing()
    feedback: Feedback = Feedback()

    @property
    def fingerprint(self) -> str:
        """12 hex digits that change with every setting that an answer may depend on."""
        return hashlib.sha256(self.model_dump_json(exclude={"feedback"}).encode()).hexdigest()[:12]


def load_settings(path: Path | None = None, changes: Sequence[str] = ()) -> Settings:
    """The settings of a TOML file, or the defaults, with `changes` (retrieval.candidates=80) laid over them.

    InputError names the key that is wrong.
    """
    values: dict[str, object] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as exc:
            raise InputError(f"设置文件 {path} 读不出来（{exc.strerror}）；请检查 --settings 的路径。") from exc
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
            raise InputError(f"设置文件 {path} 不是 TOML：{exc}。") from exc
    try:
        return Settings.model_validate(_changed({**Settings().model_dump(), **_merged(values)}, changes))
    except SettingsError as exc:
        raise InputError(f"环境变量里的设置有误（{exc}）；请写成 CEWEN_RETRIEVAL__CANDIDATES=80 的形式。") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(f"设置 {key} 有误：{first['msg']}。") from exc


def _changed(tree: dict[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """The tree with every change made to it; a section or key that does not exist is left for the check to refuse."""
    for change in changes:
        name, equals, value = change.partition("=")
        section, dot, key = name.strip().partition(".")
        if not (equals and dot and key):
            raise InputError(f"“{change}”不是一项设置；请写成 retrieval.candidates=80 的形式。")
        tree = {**tree, section: {**tree.get(section, {}), key: value.strip()}}
    return tree


def _merged(values: dict[str, object]) -> dict[str, object]:
    """The file's sections laid over those of the environment, key by key."""
    base = Settings().model_dump()
    return {
        name: {**base[name], **section} if isinstance(section, dict) and name in base else section
        for name, section in values.items()
    }
