"""Files to a corpus: loaders, outline, metadata, segments. It imports `corpus` and nothing else of ours."""

from ingest.pipeline import Report, Understood, ingest, sync, understand

__all__ = ["Report", "Understood", "ingest", "sync", "understand"]
