"""Files to text, one module a format; `load` chooses by the file's suffix."""

from pathlib import Path
from typing import Final

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.base import Loader
from ingest.loaders.text import TextLoader

_LOADERS: Final[dict[str, type[Loader]]] = {".txt": TextLoader}

#: The suffixes that can be read.
SUFFIXES: Final = frozenset(_LOADERS)


def load(path: Path) -> RawText:
    """The text of the file at `path`; LoadError where its format is not known or it cannot be read."""
    loader = _LOADERS.get(path.suffix.lower())
    if loader is None:
        known = "、".join(sorted(SUFFIXES))
        raise LoadError(f"{path.name}：不支持 {path.suffix or '没有后缀的'} 文件，目前支持 {known}；请先转换格式。")
    return loader().load(path)


__all__ = ["SUFFIXES", "Loader", "load"]
