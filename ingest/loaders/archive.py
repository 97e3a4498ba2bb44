"""A zip of documents, unpacked into a folder with names that cannot lead out of it."""

import zipfile
import zlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from corpus.errors import LoadError
from ingest.loaders.files import SIZE_LIMIT, UNPACKED_LIMIT, open_container

#: The flag that says a member's name is UTF-8; without it, Chinese programs write GBK.
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that was packed: where it lies now, and its name with the archive's before it."""

    path: Path
    name: str


def unpack(path: Path, folder: Path, suffixes: AbstractSet[str]) -> list[Packed]:
    """Write the members of the zip at `path` with one of `suffixes` into `folder`; LoadError where that fails."""
    packed: list[Packed] = []
    with open_container(path, "zip") as container:
        total = 0
        for number, member in enumerate(container.infolist()):
            name = PurePosixPath(_name(member))
            if member.is_dir() or name.suffix.lower() not in suffixes or _is_litter(name):
                continue
            if member.flag_bits & _ENCRYPTED:
                raise LoadError(f"{path.name}：加了密码；请解开后再添加。")
            # Named by number: members of different folders may have one name, and any name may be too long.
            inside = folder / str(number)
            inside.mkdir()
            target = inside / f"{name.stem[:60]}{name.suffix.lower()}"
            total += _write(container, member, target, path, UNPACKED_LIMIT - total)
            packed.append(Packed(target, f"{path.name}/{name}"))
    if not packed:
        known = "、".join(sorted(suffixes))
        raise LoadError(f"{path.name}：压缩包里没有可以收录的文档（{known}）；压缩包里的压缩包请先解开。")
    return packed


def _name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _is_litter(name: PurePosixPath) -> bool:
    return name.parts[0] == "__MACOSX" or name.name.startswith((".", "~$"))


def _write(container: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, path: Path, left: int) -> int:
    """Unpack a member, counting what really comes out: what the archive says of its sizes may be a lie."""
    written = 0
    try:
        with container.open(member) as stream, target.open("wb") as file:
            while block := stream.read(_BLOCK):
                written += len(block)
                if written > min(left, SIZE_LIMIT):
                    raise LoadError(f"{path.name}：解开后大得不正常；没有解开它。")
                file.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError) as exc:
        raise LoadError(f"{path.name}：压缩包已损坏（{member.filename}）；请重新获取后再添加。") from exc
    return written
