"""Which files are to be read: those that are named, those in folders, and those packed in a zip."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.errors import InputError, LoadError
from ingest.loaders import ARCHIVES, SUFFIXES
from ingest.loaders.archive import unpack


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, the name it is kept under, and the one it is reported by; a packed file has its archive's."""

    path: Path
    name: str
    shown: str

    @classmethod
    def of(cls, path: str | Path) -> "Source":
        """A file that is kept under its own path."""
        path = Path(path)
        return cls(path, str(path.resolve()), str(path))


@contextmanager
def sources(paths: Sequence[Path]) -> Iterator[tuple[list[Source], dict[Path, LoadError]]]:
    """The files that `paths` name, in order, and the archives that cannot be opened.

    InputError where there is nothing to read. Archives are unpacked into a folder that lasts as long as the context.
    """
    found: list[Source] = []
    failed: dict[Path, LoadError] = {}
    with TemporaryDirectory(prefix="cewen-") as folder:
        for number, path in enumerate(_files(paths)):
            if path.suffix.lower() not in ARCHIVES:
                found.append(Source.of(path))
                continue
            inside = Path(folder) / str(number)
            inside.mkdir()
            try:
                packed = unpack(path, inside, SUFFIXES)
            except LoadError as exc:
                failed[path] = exc
            else:
                outside = path.resolve().parent
                found.extend(
                    Source(each.path, str(outside / each.name), str(path.parent / each.name)) for each in packed
                )
        yield found, failed


def _files(paths: Sequence[Path]) -> list[Path]:
    known = SUFFIXES | ARCHIVES
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"没有这个文件或文件夹：{path}；请检查路径。")
        if not path.is_dir():
            found.append(path)
            continue
        # Files that begin with ~$ are the locks of office programs.
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith((".", "~$")))
        readable = [p for p in inside if p.suffix.lower() in known]
        if not readable:
            raise InputError(f"文件夹 {path} 里没有可以收录的文档（{'、'.join(sorted(known))}）；请放入文档后再运行。")
        found.extend(readable)
    return found


def still_there(name: str) -> bool:
    """Whether the file that a document was read from, or the archive it lay in, is still there."""
    path = Path(name)
    return path.exists() or any(parent.is_file() for parent in path.parents)
