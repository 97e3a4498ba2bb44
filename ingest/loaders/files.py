"""A file's bytes, or why they cannot be had; and zip containers opened with limits, as docx, xlsx and OFD are zips.

A container is hostile until it is known not to be: what it says of its sizes is not believed, names that lead out of
it are refused, and XML with a document type, which is how entities multiply, is not parsed.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from corpus.errors import LoadError

#: A file beyond this is no document; in bytes.
SIZE_LIMIT: Final = 64 * 1024 * 1024
#: The same for formats that are text themselves.
TEXT_SIZE_LIMIT: Final = 16 * 1024 * 1024
#: More characters or lines than this are a library or a data set; the longest codes have a tenth of it.
_CHARACTERS, _LINES = 2_000_000, 100_000
#: All members of a container together, unpacked, and how many there may be.
UNPACKED_LIMIT: Final = 256 * 1024 * 1024
MEMBER_LIMIT: Final = 20_000
#: One member as XML: parsed, it takes about ten times as much memory.
XML_LIMIT: Final = 24 * 1024 * 1024


def read_bytes(path: Path, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of the file at `path`."""
    try:
        if path.stat().st_size > limit:
            raise LoadError(f"{path.name}：超过 {limit >> 20} MB，不像一份文件；请拆分后再添加。")
        return path.read_bytes()
    except OSError as exc:
        raise LoadError(f"{path.name}：读不出来（{exc.strerror}）；请检查路径和权限。") from exc


def check_length(path: Path, characters: int, lines: int) -> None:
    """LoadError where a text is too long to be one document."""
    if characters > _CHARACTERS or lines > _LINES:
        raise LoadError(
            f"{path.name}：超过 {_CHARACTERS // 10_000} 万字或 {_LINES // 10_000} 万行，不像一份文件；请拆分后再添加。"
        )


@contextmanager
def open_container(path: Path, kind: str) -> Iterator[zipfile.ZipFile]:
    """The zip at `path`, its members' names and sizes checked; LoadError where it is damaged or hostile."""
    broken = f"{path.name}：不是完好的 {kind} 文件，可能没有下载完整；请重新获取或用办公软件另存后再添加。"
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise LoadError(f"{path.name}：超过 {SIZE_LIMIT >> 20} MB，不像一份文件；请拆分后再添加。")
        with zipfile.ZipFile(path) as container:
            _check(container, path)
            yield container
    except OSError as exc:
        raise LoadError(f"{path.name}：读不出来（{exc.strerror or exc}）；请检查路径和权限。") from exc
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as exc:
        raise LoadError(broken) from exc


def _check(container: zipfile.ZipFile, path: Path) -> None:
    members = container.infolist()
    if len(members) > MEMBER_LIMIT or sum(member.file_size for member in members) > UNPACKED_LIMIT:
        raise LoadError(
            f"{path.name}：解开后超过 {UNPACKED_LIMIT >> 20} MB 或 {MEMBER_LIMIT} 个文件，不会是公文；没有解开它。"
        )
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in member.filename.split("/")[0]:
            raise LoadError(f"{path.name}：里面的文件名 {member.filename!r} 指向它的外面；没有解开它。")


def member_bytes(container: zipfile.ZipFile, name: str, limit: int = XML_LIMIT) -> bytes:
    """A member's bytes, at most `limit`; LoadError beyond, KeyError where there is none."""
    with container.open(name) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise LoadError(f"{Path(container.filename or name).name}：其中的 {name} 超过 {limit >> 20} MB；没有解开它。")
    return data
