"""Questions to answers from a corpus. It imports `corpus` and nothing else of ours."""

from rag.assistant import Assistant
from rag.settings import Settings, load_settings
from rag.types import Answer, Citation, Refusal, Statement, Turn

__all__ = ["Answer", "Assistant", "Citation", "Refusal", "Settings", "Statement", "Turn", "load_settings"]
