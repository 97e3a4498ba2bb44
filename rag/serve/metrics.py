"""Counts and times for Prometheus, in a registry of our own. No question, no document and no address goes into it."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from rag.types import Answer

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
#: Seconds: from a look-up in an outline to a language model on a slow machine.
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """What one server counts."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "cewen_requests", "Requests answered, by door and HTTP status.", ["door", "status"], registry=registry
        )
        self._in_flight = Gauge("cewen_requests_in_flight", "Requests being answered.", registry=registry)
        self._answers = Counter(
            "cewen_answers", "Answers given; of refusals the reason.", ["outcome", "reason"], registry=registry
        )
        self._struck = Counter(
            "cewen_statements_struck", "Statements struck out as the text does not hold them, by what was wrong.",
            ["check"], registry=registry,
        )  # fmt: skip
        self._failures = Counter(
            "cewen_model_failures",
            "Drafts of the language model given up, quotations given instead.",
            registry=registry,
        )
        self._stages = Histogram(
            "cewen_stage_seconds", "Time that an answer or a search took, by stage.", ["stage"],
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip

    def begun(self) -> None:
        """A request has come."""
        self._in_flight.inc()

    def ended(self, door: str, status: int) -> None:
        """It has been answered, or its asker has left."""
        self._in_flight.dec()
        self._requests.labels(door, str(status)).inc()

    def answered(self, answer: Answer) -> None:
        """An answer is whole."""
        self._answers.labels(answer.status, answer.refusal.reason if answer.refusal else "").inc()
        for statement in answer.statements:
            if statement.check != "verified":
                self._struck.labels(statement.check).inc()
        if answer.model is not None and answer.model.failure:
            self._failures.inc()
        self.timed(answer.timings_ms)

    def timed(self, timings_ms: dict[str, float]) -> None:
        """Milliseconds by stage, "total" among them."""
        for stage, spent in timings_ms.items():
            self._stages.labels(stage).observe(spent / 1000)

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self._registry)
