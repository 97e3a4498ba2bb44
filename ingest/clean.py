"""What is taken out of a text before anything is read from it: signs without width, odd line ends, odd blanks.

Nothing a reader can see is changed, so a quotation of the result is a quotation of the source.
"""

import re
from typing import Final

_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c]")
_INVISIBLE: Final = re.compile("[\ufeff\u200b\u200c\u200d\u2060\u00ad]")
#: Blanks of other widths than the ordinary one; 　 is the indent of Chinese text and stays.
_BLANKS: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
#: Most lines have nothing to clean.
_ODD: Final = re.compile(
    "[\r\u2028\u2029\x0b\x0c\ufeff\u200b\u200c\u200d\u2060\u00ad\u00a0\u1680\u2000-\u200a\u202f\u205f]"
)


def clean(text: str) -> str:
    """`text` with line feeds for line ends, ordinary blanks, and without invisible signs."""
    if not _ODD.search(text):
        return text
    return _BLANKS.sub(" ", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
