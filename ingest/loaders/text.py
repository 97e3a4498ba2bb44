"""Plain text: UTF-8 with or without a byte order mark, and GB18030 (with GBK and GB2312 inside it).

GB18030 takes almost any bytes, so what it gives is checked for being Chinese at all: a Big5 or Shift-JIS file would
otherwise enter the corpus as rare characters that nobody can find.
"""

from pathlib import Path
from typing import Final

from corpus.errors import LoadError
from ingest.clean import clean
from ingest.lines import RawText
from ingest.loaders.files import read_bytes

#: These make up a fifth of any modern Chinese text and next to nothing of a misread one.
_COMMON: Final = frozenset("的一是不了在有人和国中大为上个以说们到要于发展会工作全实市政府部门行法及年月日第条应")
_COMMON_SHARE: Final = 0.04
_CONTROL: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\r\x0b\x0c")
_CONTROL_SHARE: Final = 0.002


class TextLoader:
    """`Loader` for .txt."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        text = clean(_decode(read_bytes(path), path))
        if not text.strip():
            raise LoadError(f"{path.name}：文件是空的，没有可以收录的文字；请检查是否选错了文件。")
        return RawText(path, text)


def _decode(data: bytes, path: Path) -> str:
    if b"\0" in data:
        raise LoadError(f"{path.name}：是二进制文件，不是文本；请另存为 UTF-8 编码的 .txt 再添加。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decode_gb18030(data, path)
    if sum(character in _CONTROL for character in text) > len(text) * _CONTROL_SHARE:
        raise LoadError(f"{path.name}：含有大量控制字符，是二进制文件；请另存为 UTF-8 编码的 .txt 再添加。")
    return text


def _decode_gb18030(data: bytes, path: Path) -> str:
    unknown = f"{path.name}：编码无法识别（既不是 UTF-8，也不是 GB18030）；请另存为 UTF-8 编码的 .txt 再添加。"
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as exc:
        raise LoadError(unknown) from exc
    letters = [character for character in text if character.isalpha() and not character.isascii()]
    if sum(character in _COMMON for character in letters) < len(letters) * _COMMON_SHARE or not letters:
        raise LoadError(unknown)
    return text
