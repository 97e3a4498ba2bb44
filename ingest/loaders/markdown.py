"""Markdown: the marks taken off, the words kept to the letter, tables as tables, front matter as what is known.

Only marks that official documents use are understood; what is no mark stays. A line is a line: official texts are
written with a paragraph a line, and a line break in them is meant. `1.` at the head of a line is the document's own
numbering and stays.
"""

import re
from pathlib import Path
from typing import Final

from ingest.clean import clean
from ingest.dates import first_date
from ingest.lines import RawText
from ingest.loaders.draft import Draft
from ingest.loaders.encoding import decode
from ingest.loaders.files import TEXT_SIZE_LIMIT, read_bytes
from ingest.tables import Cell

_FRONT: Final = re.compile(r"\A\s*---[ \t]*\n(?P<body>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_SCALAR: Final = re.compile(
    r"^(?P<key>[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff-]*)[ \t]*:[ \t]*(?P<value>\S.*?)[ \t]*$", re.MULTILINE
)
#: Which key of the front matter says what; 发布日期 of a law there is often that of its first wording.
_KEYS: Final = {
    "title": "title", "标题": "title", "issuer": "issuer", "发文机关": "issuer", "reference": "reference",
    "doc_no": "reference", "文号": "reference", "发文字号": "reference", "published": "published", "date": "published",
    "publish_date": "published", "发布日期": "published", "dated": "dated", "成文日期": "dated",
    "effective": "effective", "施行日期": "effective", "subtitle": "volume", "副标题": "volume",
}  # fmt: skip
_DATES: Final = frozenset({"published", "dated", "effective"})
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING: Final = re.compile(r"^[ ]{0,3}#{1,6}(?![#])")
_CLOSED: Final = re.compile(r"(?<=[ \t])#+$")
_RULE: Final = re.compile(r"^[ ]{0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+|-{2,})$")
_QUOTE: Final = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_BULLET: Final = re.compile(r"^[ \t]*[-*+][ \t]+(?=\S)")
_FENCE: Final = re.compile(r"^[ ]{0,3}(?:```|~~~)")
_ROW: Final = re.compile(r"^[ \t]*\|.*\|[ \t]*$|^[^|]+(?:\|[^|]*)+$")
_DASHES: Final = re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?$")
_CELLS: Final = re.compile(r"(?<!\\)\|")
# What stands between two marks is bounded, or a line of opening marks would take the square of its length.
_IMAGE: Final = re.compile(r"!\[[^\[\]\n]{0,500}\]\((?:data:[A-Za-z0-9+/=;:,.%_-]*|[^()\n]{0,2000})\)")
_LINK: Final = re.compile(r"\[(?P<text>[^\[\]\n]{1,500})\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)")
_STRONG: Final = tuple(
    re.compile(rf"{sign}{sign}(?=\S)(?P<text>(?:[^{sign}\n]|{sign}(?!{sign})){{1,2000}}?)(?<=\S){sign}{sign}")
    for sign in (r"\*", "_", "~")
)
_EMPHASIS: Final = re.compile(r"(?<![*A-Za-z0-9])\*(?=[^\s*])(?P<text>[^*\n]{1,2000}?)(?<=[^\s*])\*(?!\*)")
_CODE: Final = re.compile(r"(?<!`)(`++)(?P<text>[^`\n]{1,2000})\1")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>\n]*>")
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\(?=[\\`*_{}\[\]()#+\-.!|<>~])")
#: Lines without any of these hold no mark inside.
_INLINE: Final = re.compile(r"[*_`\[!<~\\]")


class MarkdownLoader:
    """`Loader` for .md and .markdown."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        text = clean(decode(read_bytes(path, TEXT_SIZE_LIMIT), path.name))
        draft = Draft(path)
        if front := _FRONT.match(text):
            _read_front(front["body"], draft)
            text = text[front.end() :]
        if "<!--" in text:
            text = _COMMENT.sub("", text)
        _write(text.split("\n"), draft)
        return draft.finish()


def _read_front(body: str, draft: Draft) -> None:
    for found in _SCALAR.finditer(body):
        name = _KEYS.get(found["key"].lower())
        value = found["value"].strip("\"'“”").strip()
        said = first_date(value) if name in _DATES else value
        if name and said:
            draft.known.setdefault(name, said)


def _write(lines: list[str], draft: Draft) -> None:
    place = 0
    while place < len(lines):
        line = lines[place]
        if "|" in line and place + 1 < len(lines) and _ROW.match(line) and _DASHES.match(lines[place + 1]):
            place = _table(lines, place, draft)
            continue
        place += 1
        if not line.strip():
            draft.blank()
        elif not _RULE.match(line) and not _FENCE.match(line):
            draft.paragraph(_plain(line))


def _table(lines: list[str], place: int, draft: Draft) -> int:
    """Write the table whose header stands at `place`; where the lines behind it begin."""
    rows = [_cells(lines[place])]
    place += 2
    while place < len(lines) and "|" in lines[place] and lines[place].strip():
        rows.append(_cells(lines[place]))
        place += 1
    draft.table(rows)
    return place


def _cells(line: str) -> list[Cell]:
    inside = line.strip().removeprefix("|").removesuffix("|")
    return [Cell(_inline(cell.strip().replace("\\|", "|"))) for cell in _CELLS.split(inside)]


def _plain(line: str) -> str:
    """A line without the marks at its head, then without those inside."""
    heading = _HEADING.match(line)
    if heading:
        return _inline(_CLOSED.sub("", line[heading.end() :].rstrip()).strip(" \t"))
    return _inline(_BULLET.sub("", _QUOTE.sub("", line)))


def _inline(text: str) -> str:
    if not _INLINE.search(text):
        return text
    text = _BREAK.sub("\n", _IMAGE.sub("", text))
    for pattern in (_LINK, *_STRONG, _EMPHASIS, _CODE):
        text = pattern.sub(lambda found: found["text"], text)
    return _ESCAPED.sub("", _TAG.sub("", text))
