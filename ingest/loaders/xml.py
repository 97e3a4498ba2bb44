"""XML from a file nobody vouches for: no document type, no entities, no network, nothing huge."""

from lxml import etree

from corpus.errors import LoadError


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root of the document in `data`; LoadError names the file `name` where it is broken or declares a type."""
    if b"<!DOCTYPE" in data[:4096].upper():
        raise LoadError(f"{name}：其中的 XML 带有文档类型声明，可能有害；没有解析它。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise LoadError(f"{name}：其中的 XML 已损坏（{exc}）；请重新获取该文件后再添加。") from exc
