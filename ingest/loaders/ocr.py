"""Pages that are pictures, read by rapidocr where it is installed; its models come in its wheel.

What it reads may be wrong: every page so read carries a finding that says so.
"""

import logging
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final

from corpus.errors import LoadError
from ingest.loaders.pdf_page import TextLine

#: In pixels a point: 200 dots an inch, at which print of usual size is read well.
_SCALE: Final = 200 / 72


def read_page(page: Any, name: str) -> list[TextLine]:  # noqa: ANN401 - a page of pypdfium2, which has no types
    """The lines that are recognised on a page of the file `name`, from the top down."""
    picture = page.render(scale=_SCALE).to_numpy()
    height = page.get_height()
    result = _engine(name)(picture)
    page.close()
    lines = []
    for box, text in zip(result.boxes if result.boxes is not None else (), result.txts or (), strict=False):
        across, down = [float(x) / _SCALE for x, _ in box], [float(y) / _SCALE for _, y in box]
        size = max(down) - min(down)
        lines.append(TextLine(text, min(across), max(across), height - max(down), height - min(down), size))
    return sorted(lines, key=lambda line: (-round(line.top / 6), line.left))


@lru_cache(maxsize=1)
def _engine(name: str) -> Any:  # noqa: ANN401 - rapidocr has no types
    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        raise LoadError(f"{name}：识别扫描页需要另装文字识别程序：请运行 pip install 'cewen[ocr]' 再试。")
    from rapidocr import RapidOCR

    # It tells of every model that it opens.
    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return RapidOCR(params={"Global.log_level": "warning"})
