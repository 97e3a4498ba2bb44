"""Plain text, in any of the encodings that `ingest.loaders.encoding` knows."""

from pathlib import Path

from corpus.errors import LoadError
from ingest.clean import clean
from ingest.lines import RawText
from ingest.loaders.encoding import decode
from ingest.loaders.files import TEXT_SIZE_LIMIT, check_length, read_bytes


class TextLoader:
    """`Loader` for .txt."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        text = clean(decode(read_bytes(path, TEXT_SIZE_LIMIT), path.name))
        check_length(path, len(text), text.count("\n"))
        if not text.strip():
            raise LoadError(f"{path.name}：文件是空的，没有可以收录的文字；请检查是否选错了文件。")
        return RawText(path, text)
