"""Web pages as government sites serve them: the article without navigation, scripts and share bars.

Nothing is fetched. The page's own statements (the meta tags that 《政府网站发展指引》 prescribes) give title and date.
"""

import re
from pathlib import Path
from typing import Final

from lxml import etree, html

from corpus.errors import LoadError
from ingest.dates import first_date
from ingest.lines import RawText
from ingest.loaders.article import find_article, is_furniture, sentence_weights
from ingest.loaders.draft import Draft
from ingest.loaders.encoding import decode
from ingest.loaders.files import TEXT_SIZE_LIMIT, read_bytes
from ingest.tables import Cell

Element = etree._Element  # noqa: SLF001 - the name that lxml gives its elements

_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    "address article blockquote body center dd details dir div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 "
    "header hgroup hr html li main menu ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_SPACES: Final = re.compile(r"[ \t\r\n\f\v]+")
_BROKEN: Final = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]\s*(?=[\u3000-\u9fff\uff00-\uffef])")
#: What a page puts behind its title: _中国政府网, - 某某市人民政府门户网站.
_SITE: Final = re.compile(
    r"\s*[-_|—–]+\s*[^-_|—–]{2,30}(?:网|网站|平台|政府|局|厅|委|部|在线|频道|公开|专栏)[^-_|—–]{0,12}$"
)
_META: Final = {"articletitle": "title", "pubdate": "published", "publishdate": "published"}
#: The labels of the table above a document on the pages of the State Council and those who follow it.
_LABELS: Final = {
    "标题": "title", "名称": "title", "发文机关": "issuer", "发文字号": "reference", "文号": "reference",
    "成文日期": "dated", "发布日期": "published", "生成日期": "dated", "公开日期": "published",
}  # fmt: skip
_DATES: Final = frozenset({"dated", "published"})
#: Lines that only a screen says.
_BUTTONS: Final = re.compile(
    r"^(?:扫一扫在手机打开当前页|返回顶部|我要纠错|分享(?:到)?[:：]?|收藏|\||上一篇.*|下一篇.*|"
    r"您?当前(?:所在)?(?:的)?位置[:：].*|[【\[]?(?:打印(?:本页|此页)?|关闭(?:窗口|本页)?)[】\]]?|"
    r"[【\[]?(?:字体|字号)[:：]?[\s　]*大[\s　]*中[\s　]*小[】\]]?)$"
)
#: Pages with less to read than this, in characters, have no article.
_LEAST: Final = 30
_SPAN_LIMIT: Final = 500
#: Deeper than this no real page is; lxml would give it, but everything after walks it.
_DEEPEST: Final = 400


class HtmlLoader:
    """`Loader` for .html and .htm."""

    def load(self, path: Path) -> RawText:
        """See `Loader.load`."""
        root = _parsed(read_bytes(path, TEXT_SIZE_LIMIT), path)
        draft = Draft(path)
        article = find_article(root)
        _read_meta(root, draft)
        writer = _Writer(draft, sentence_weights(article))
        _write_title(root, article, draft)
        writer.walk(article)
        writer.end()
        raw = draft.finish()
        if sum(map(len, raw.text.split())) < _LEAST:
            pictures = len(article.findall(".//img"))
            said = "只有图片，需要OCR" if pictures else "没有正文（可能是错误页，或由脚本生成）"
            raise LoadError(f"{path.name}：网页里{said}；请在浏览器里打开后另存正文再添加。")
        return raw


def _parsed(data: bytes, path: Path) -> Element:
    declared = _CHARSET.search(data[:4096])
    text = ""
    if declared:
        try:
            encoding = declared[1].decode().lower()
            # Pages that say gb2312 use characters that only its successor has.
            text = data.decode("gb18030" if encoding in ("gb2312", "gbk") else encoding)
        except (UnicodeDecodeError, LookupError):
            text = ""
    text = (text or decode(data, path.name)).replace("\0", "")
    try:
        # As bytes: a text that declares an encoding is refused.
        parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
        root: Element = html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as exc:
        raise LoadError(f"{path.name}：不是能读的网页（{exc}）；请重新保存该网页。") from exc
    if _too_deep(root):
        raise LoadError(f"{path.name}：网页的层次深得不正常；没有解析它。")
    return root


def _too_deep(root: Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def _read_meta(root: Element, draft: Draft) -> None:
    for cell in root.iter("td", "th", "strong", "b", "span", "label"):
        label = re.sub(r"[\s\u3000:：]", "", _line(cell))
        name = _LABELS.get(label) if len(label) <= 5 else None
        following = cell.getnext()
        if name and following is not None and (value := _line(following)):
            said = first_date(value) if name in _DATES else value
            if said:
                draft.known.setdefault(name, said)
    for meta in root.iter("meta"):
        name = _META.get((meta.get("name") or "").lower())
        content = (meta.get("content") or "").strip()
        if name and content:
            said = first_date(content) if name == "published" else _SPACES.sub(" ", content)
            if said:
                draft.known.setdefault(name, said)


def _write_title(root: Element, article: Element, draft: Draft) -> None:
    """The title as the first line, unless the article begins with it."""
    headings = [_line(h) for h in root.iter("h1") if _line(h)]
    heading = headings[0] if len(headings) == 1 else ""
    shown = next((_line(each) for each in root.iter("title")), "")
    title = draft.known.get("title") or heading or _SITE.sub("", shown)
    if not title:
        return
    head = "".join(_line(article)[: 400 + len(title)].split())
    if "".join(title.split()).rstrip(".…") not in head:
        draft.paragraph(title)


def _line(element: Element) -> str:
    return _SPACES.sub(" ", "".join(str(words) for words in element.itertext())).strip()


class _Writer:
    """Goes through the article and writes its paragraphs and tables."""

    def __init__(self, draft: Draft, weights: dict[Element, int]) -> None:
        self._draft, self._weights = draft, weights
        self._words: list[str] = []

    def walk(self, element: Element) -> None:
        """Write what an element holds; its tail is its parent's to write."""
        if not isinstance(element.tag, str) or is_furniture(element, self._weights):
            return
        if element.tag == "br":
            self._words.append("\n")
            return
        if element.tag == "table" and not element.findall(".//table"):
            self.end()
            self._draft.table([[*self._cells(row)] for row in element.iter("tr")])
            return
        block = element.tag in _BLOCKS
        if block:
            self.end()
            self._words.append(_number(element))
        self._say(element.text, keep=element.tag == "pre")
        for child in element:
            if child.tag not in ("rt", "rp"):
                self.walk(child)
            self._say(child.tail, keep=element.tag == "pre")
        if block:
            self.end()

    def end(self) -> None:
        """End the paragraph."""
        lines = "".join(self._words).replace("\u00a0", " ").split("\n")
        self._words.clear()
        for line in lines:
            said = line.strip(" \t\u3000")
            if not _BUTTONS.match(said):
                self._draft.paragraph(said)

    def _say(self, text: str | None, *, keep: bool = False) -> None:
        if text:
            self._words.append(text if keep else _collapsed(text))

    def _cells(self, row: Element) -> list[Cell]:
        cells = []
        for cell in row:
            if cell.tag in ("td", "th"):
                inner = Draft(Path("cell"))
                writer = _Writer(inner, self._weights)
                writer._inside(cell)
                text = inner.finish().text.strip() if inner.written else ""
                cells.append(Cell(text, _span(cell, "rowspan"), _span(cell, "colspan")))
        return cells

    def _inside(self, cell: Element) -> None:
        self._say(cell.text)
        for child in cell:
            self.walk(child)
            self._say(child.tail)
        self.end()


def _collapsed(text: str) -> str:
    """White space as HTML shows it; a line break of the source between two ideographs is nothing."""
    return _SPACES.sub(" ", _BROKEN.sub("", text))


def _span(cell: Element, name: str) -> int:
    written = (cell.get(name) or "1").strip()
    return max(1, min(int(written), _SPAN_LIMIT)) if written.isascii() and written.isdigit() else 1


def _number(element: Element) -> str:
    """The number that the browser shows before an item of an ordered list."""
    parent = element.getparent()
    if element.tag != "li" or parent is None or parent.tag != "ol":
        return ""
    style = f"{parent.get('style', '')} {parent.get('class', '')}"
    if "list-style" in style and "none" in style:
        return ""
    written = (parent.get("start") or "1").strip()
    begun = int(written) if written.isascii() and written.isdigit() else 1
    return f"{begun + len(list(element.itersiblings('li', preceding=True)))}."
