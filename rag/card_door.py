"""`python -m rag card DOC [ADDRESS]`: the action card of a part of a document, from its outline and its words alone.

What stands in it is `rag.answer.cards`'s to say.
"""

import argparse
from typing import Any

from corpus.address import Address
from corpus.errors import InputError
from corpus.terminal import Parser, print_json
from rag.assistant import Assistant
from rag.render import table_lines
from rag.types import Draft
from rag.wire import citation_object, table_object


def add_card(commands: "argparse._SubParsersAction[Parser]", common: Parser) -> None:
    """The command's options."""
    card = commands.add_parser(
        "card", parents=[common], help="一份文件或其中一部分的要点表：责任单位、时限、对象、金额、条件"
    )
    card.add_argument("document", metavar="DOC", help="文件的编号或标题")
    card.add_argument("address", nargs="?", default="全文", metavar="ADDRESS", help="哪一部分，如 二/（三）；默认全文")


def run_card(options: argparse.Namespace) -> int:
    """Print the card; InputError where there is no such document or part."""
    assistant = Assistant.open(options.index, options.settings)
    try:
        document = assistant.collection.find(options.document)
        address = _address(options.address)
        draft = assistant.card(document.id, address)
    finally:
        assistant.close()
    if options.json:
        print_json(card_object(document.id, address, draft))
        return 0
    assert draft.table is not None  # a card has one
    print("\n".join([draft.lead, *table_lines(draft.table)]))
    for citation in draft.citations:
        print(f"[{citation.number}] {citation.label}")
    return 0


def card_object(document_id: str, address: Address, draft: Draft) -> dict[str, Any]:
    """A card as JSON, with the citations that its cells point to."""
    return {
        "document_id": document_id,
        "address": str(address),
        "lead": draft.lead,
        "table": table_object(draft.table),
        "citations": [citation_object(citation) for citation in draft.citations],
    }


def _address(written: str) -> Address:
    try:
        return Address.parse(written)
    except ValueError as exc:
        raise InputError(f"“{written}”不是地址：请写成 二/（三）/六是 或 第五条 这样。") from exc
