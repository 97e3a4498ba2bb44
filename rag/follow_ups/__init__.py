"""The kinds of follow-ups, a small reader each; `rag.session` holds them in their order."""
