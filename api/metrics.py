"""Counters for Prometheus: requests by route template, documents by state; no label holds personal data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from digitize.errors import WorldAtFault
from digitize.lifecycle import State
from storage import registry
from storage.database import Database
from storage.webhooks import messages
from storage.webhooks.messages import MessageState

BUCKETS_S = (0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 30)
"""Upper edges of the histogram of answer times, seconds."""


class Meters:
    """The counters of one process."""

    def __init__(self, database: Database) -> None:
        """Start at zero; what the registry knows is asked for when somebody reads."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "sohoa_http_requests", "Answers by route and status.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "sohoa_http_request_seconds", "Time to answer.", ("method", "route"), buckets=BUCKETS_S,
            registry=self.registry,
        )  # fmt: skip
        self.registry.register(_RegistryGauges(database))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "OTHER"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def text(self, workers: Path) -> bytes:
        """Return all counters in Prometheus' text form.

        Args:
            workers: folder in which the worker processes share theirs; may be missing.
        """
        told = generate_latest(self.registry)
        if not workers.is_dir():
            return told
        shared = CollectorRegistry()
        MultiProcessCollector(shared, path=str(workers))  # type: ignore[no-untyped-call]
        return told + generate_latest(shared)


class _RegistryGauges(Collector):
    """Documents by state and work by lane, as the registry has them at this moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        """Ask the registry; when it does not answer, say only that."""
        up = GaugeMetricFamily("sohoa_registry_up", "1 when the registry answers.")
        try:
            with self._database.read() as connection:
                states = registry.counts(connection, registry.EVERYTHING)
                owed = messages.counts(connection)
        except WorldAtFault:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        documents = GaugeMetricFamily("sohoa_documents", "Documents by state.", labels=["state"])
        for state in State:
            documents.add_metric([state.value], states.get(state, 0))
        yield documents
        webhooks = GaugeMetricFamily("sohoa_webhook_messages", "Messages to other systems by state.", labels=["state"])
        for each in MessageState:
            webhooks.add_metric([each.value], owed[each])
        yield webhooks
