"""What must hold of every answer: that its quotations, cells and short answer stand in the texts that it cites."""

from rag import Answer, Assistant


def sound(answer: Answer, assistant: Assistant) -> Answer:
    """The answer, once it is seen that each quote, each cell and the short answer stand where they are cited from."""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    assert list(quotes) == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        document = assistant.collection.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote
    for statement in answer.statements:
        assert statement.check == "verified"
    for cell in (cell for row in (answer.table.rows if answer.table else ()) for cell in row):
        for line in cell.text.split("\n") if cell.citations else ():
            assert any(line in quotes[number] for number in cell.citations)
    if answer.short_answer:
        assert any(answer.short_answer in statement.text for statement in answer.statements)
    return answer
