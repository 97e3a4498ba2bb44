"""Files to text, one module a format; `load` chooses by the file's suffix and imports what it needs then."""

from importlib import import_module
from pathlib import Path
from typing import Final

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.base import Loader

#: The module and the class that read files of a suffix.
_LOADERS: Final[dict[str, tuple[str, str]]] = {
    ".csv": ("sheets", "CsvLoader"),
    ".doc": ("doc", "DocLoader"),
    ".docx": ("docx", "DocxLoader"),
    ".htm": ("html", "HtmlLoader"),
    ".html": ("html", "HtmlLoader"),
    ".markdown": ("markdown", "MarkdownLoader"),
    ".md": ("markdown", "MarkdownLoader"),
    ".ofd": ("ofd", "OfdLoader"),
    ".pdf": ("pdf", "PdfLoader"),
    ".rtf": ("doc", "DocLoader"),
    ".tsv": ("sheets", "CsvLoader"),
    ".txt": ("text", "TextLoader"),
    ".xlsx": ("sheets", "SheetLoader"),
}
#: Formats that pages may come in as pictures: their loaders take `ocr`.
_PICTURED: Final = frozenset({".pdf"})

#: The suffixes that can be read.
SUFFIXES: Final = frozenset(_LOADERS)
#: The suffixes of files that hold others.
ARCHIVES: Final = frozenset({".zip"})


def load(path: Path, *, ocr: bool = False) -> RawText:
    """The text of the file at `path`; LoadError where its format is not known or it cannot be read.

    With `ocr`, pages that are pictures are read by optical character recognition where that is installed.
    """
    suffix = path.suffix.lower()
    if suffix not in _LOADERS:
        known = "、".join(sorted(SUFFIXES | ARCHIVES))
        raise LoadError(f"{path.name}：不支持 {path.suffix or '没有后缀的'} 文件，目前支持 {known}；请先转换格式。")
    module, name = _LOADERS[suffix]
    kind: type[Loader] = getattr(import_module(f"ingest.loaders.{module}"), name)
    return kind(**({"ocr": ocr} if suffix in _PICTURED else {})).load(path)


__all__ = ["ARCHIVES", "SUFFIXES", "Loader", "load"]
