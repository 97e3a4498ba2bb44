"""Our collection as a LangChain `BaseRetriever`, for chains and agents that others build.

It gives parts as documents, with everything a citation needs in their metadata. It answers nothing and refuses nothing.
"""

from pathlib import Path
from typing import Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from rag.assistant import Assistant
from rag.wire import hit_object


class CewenRetriever(BaseRetriever):
    """Retrieves the best `k` parts. `CewenRetriever.open("corpus/index").invoke("社会保障卡")`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Assistant
    k: int = Field(default=10, ge=1, le=1000)

    @classmethod
    def open(cls, index: str | Path, k: int = 10) -> Self:
        """A retriever over the index in a folder."""
        return cls(assistant=Assistant.open(index), k=k)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager  # nothing inside reports to callbacks
        hits, _ = self.assistant.search(query, self.k)
        objects = [hit_object(hit, self.assistant.collection) for hit in hits]
        return [
            Document(page_content=o["text"], metadata={name: value for name, value in o.items() if name != "text"})
            for o in objects
        ]
