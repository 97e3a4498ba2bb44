"""Bytes to text: UTF-8, UTF-16, GB18030 or Big5, told apart by what comes out being Chinese.

GB18030 and Big5 take almost any bytes, so what either gives is looked at: misread text consists of rare characters that
nobody could find in a corpus.
"""

import codecs
import re
from typing import Final

from corpus.errors import LoadError

#: Of modern Chinese text these make up a fifth, of misread text next to nothing; simplified and traditional.
_COMMON: Final = frozenset(
    "的一是不了在有人和国中大为上个以说们到要于发展会工作全实市政府部门行法及年月日第条应國為個說們發會實門條應與業關"
)
_COMMON_SHARE: Final = 0.04
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONTROL_SHARE: Final = 0.002
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
#: So many characters are enough to tell how much of a text is common.
_LOOKED_AT: Final = 20_000


def decode(data: bytes, name: str) -> str:
    """The text of the file `name` with the bytes `data`; LoadError where it is none, or in another encoding."""
    text = _decoded(data, name)
    sample = text[:_LOOKED_AT]
    if len(_CONTROL.findall(sample)) > len(sample) * _CONTROL_SHARE:
        raise LoadError(f"{name}：含有大量控制字符，是二进制文件；请另存为 UTF-8 编码再添加。")
    return text


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as exc:
                raise LoadError(f"{name}：已损坏，不是完整的 {encoding.upper()} 文本；请重新获取。") from exc
    if b"\0" in data:
        found = [text for each in ("utf-16-le", "utf-16-be") if (text := _try(data, each)) and _share(text)]
        if not found:
            raise LoadError(f"{name}：是二进制文件，不是文本；请另存为 UTF-8 编码再添加。")
        return max(found, key=_share)
    if (text := _try(data, "utf-8")) is not None:
        return text
    found = [text for each in ("gb18030", "big5hkscs") if (text := _try(data, each)) is not None]
    best = max(found, key=_share, default="")
    if _share(best) < _COMMON_SHARE:
        raise LoadError(f"{name}：编码无法识别（不是 UTF-8、UTF-16、GB18030 或 Big5）；请另存为 UTF-8 编码再添加。")
    return best


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _share(text: str) -> float:
    """Which part of the letters that are not ASCII is common Chinese."""
    letters = [character for character in text[:_LOOKED_AT] if character.isalpha() and not character.isascii()]
    return sum(character in _COMMON for character in letters) / len(letters) if letters else 0.0
