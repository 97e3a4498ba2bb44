"""A document given back: as its text to the letter, as Markdown, or as its whole part tree in JSON."""

from dataclasses import asdict
from typing import Any

from corpus.address import Address
from corpus.model import Document


def as_tree(document: Document) -> dict[str, Any]:
    """The document with every part: address, label, heading and offsets into `text`."""
    return {
        "document_id": document.id,
        "path": document.path,
        "content_hash": document.content_hash,
        "metadata": asdict(document.metadata),
        "text": document.text,
        "parts": [
            {
                "address": str(part.address),
                "label": document.label(part.address),
                "parent": None if part.address == Address() else str(part.address.parent),
                "heading": part.heading,
                "start": part.start,
                "end": part.end,
                "own_end": part.own_end,
            }
            for part in document.parts
        ],
    }


def as_markdown(document: Document) -> str:
    """The document as Markdown: headings by depth, the marks as they stand, points as paragraphs."""
    blocks = []
    for part in document.parts:
        own = document.text[part.start : part.own_end]
        mark = document.text[part.start : part.heading_end].strip()
        body = own[part.heading_end - part.start :] if part.heading else own
        if part.heading:
            blocks.append("#" * min(6, part.address.depth + 1) + " " + " ".join(mark.split()))
        blocks.extend(text for line in body.splitlines() if (text := line.strip(" \t　。：:") and line.strip()))
    return "\n\n".join(block.lstrip("。：:") for block in blocks) + "\n"
