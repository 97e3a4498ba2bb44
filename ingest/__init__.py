"""Files to a corpus: loaders, outline, metadata, segments. It imports `corpus` and nothing else of ours."""

from ingest.pipeline import Report, ingest, sync
from ingest.reading import Understood, understand

__all__ = ["Report", "Understood", "ingest", "sync", "understand"]
