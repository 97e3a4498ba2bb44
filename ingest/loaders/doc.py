"""Legacy Word documents (.doc), read through LibreOffice where it is installed.

Many files of this name are something else: a docx that was renamed is read as what it is.
"""

import os
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from corpus.errors import LoadError
from ingest.lines import RawText
from ingest.loaders.docx import DocxLoader
from ingest.loaders.files import read_bytes

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_RTF: Final = b"{\\rtf"
#: In seconds; LibreOffice's first start takes several.
_TIME_LIMIT: Final = 60


class DocLoader:
    """`Loader` for .doc and .rtf."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        begins = read_bytes(path)[:8]
        if begins.startswith(_ZIP):
            return DocxLoader().load(path)
        if begins != _OLE and not begins.startswith(_RTF):
            raise LoadError(f"{path.name}：不是 Word 文件；请按它实际的格式改后缀名，或另存为 docx 再添加。")
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            raise LoadError(
                f"{path.name}：读 .doc 文件要用 LibreOffice，这台机器上没有；请安装它，或另存为 docx 再添加。"
            )
        with TemporaryDirectory(prefix="cewen-") as folder:
            # Named, or LibreOffice takes a damaged file for plain text and gives its bytes as words.
            kind = "MS Word 97" if begins == _OLE else "Rich Text Format"
            converted = _convert(program, path, Path(folder), kind)
            return replace(DocxLoader().load(converted), path=path)


def _convert(program: str, path: Path, folder: Path, kind: str) -> Path:
    """`path`, of that `kind`, as docx in `folder`, made by LibreOffice with a profile of its own."""
    # A name of our own: what the file is called must not be taken for an option.
    source = folder / f"source{path.suffix.lower()}"
    shutil.copyfile(path, source)
    command = [
        program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"--infilter={kind}", "--convert-to", "docx", "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(_TIME_LIMIT)
    except subprocess.TimeoutExpired as exc:
        raise LoadError(
            f"{path.name}：LibreOffice 用了 {_TIME_LIMIT} 秒还没有转换完；请用办公软件另存为 docx 再添加。"
        ) from exc
    finally:
        if process.poll() is None:
            # It starts a second process: end the group.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    converted = folder / "out" / "source.docx"
    if not converted.is_file():
        raise LoadError(f"{path.name}：LibreOffice 打不开它，可能已损坏；请用办公软件另存为 docx 再添加。")
    return converted
