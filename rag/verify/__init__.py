"""Judging drafts against the text: quotations to the letter, a model's statements clause by clause."""

from rag.verify.quotations import check, exact, verify
from rag.verify.verifier import Verifier

__all__ = ["Verifier", "check", "exact", "verify"]
