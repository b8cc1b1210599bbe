"""Counters for Prometheus: requests by route template, documents by state; no label holds personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from storage.exchange import measuring
from storage.exchange import messages as exchange_messages
from storage.exchange.measuring import Share
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


_MOST_COUNTED = 100_000
"""A scrape must not cost more because the registry has grown; what waits never comes near."""


class _RegistryGauges(Collector):
    """Documents by state and work by lane, as the registry has them at this moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        """Ask the registry; when it does not answer, say only that."""
        up = GaugeMetricFamily("sohoa_registry_up", "1 when the registry answers.")
        try:
            with self._database.read() as connection:
                states = registry.counts(connection, registry.EVERYTHING, _MOST_COUNTED)
                owed = messages.counts(connection)
                exchanged = exchange_messages.counts(connection)
                shares = measuring.kept(connection)
        except WorldAtFault:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        told = f"Documents by state, up to {_MOST_COUNTED} each."
        documents = GaugeMetricFamily("sohoa_documents", told, labels=["state"])
        for state in State:
            documents.add_metric([state.value], states.get(state, 0))
        yield documents
        webhooks = GaugeMetricFamily("sohoa_webhook_messages", "Messages to other systems by state.", labels=["state"])
        for each in MessageState:
            webhooks.add_metric([each.value], owed[each])
        yield webhooks
        yield from _exchange(exchanged, shares)


def _exchange(
    exchanged: Mapping[tuple[str, exchange_messages.MessageState], int], shares: Sequence[Share]
) -> Iterable[Metric]:
    """Tell what portals are owed and how far they are in step, by connector; as counted last."""
    waiting = GaugeMetricFamily(
        "sohoa_exchange_messages", "Messages to portals that are not done, by state.", labels=["connector", "state"]
    )
    for (connector, state), n in exchanged.items():
        waiting.add_metric([connector, state.value], n)
    yield waiting
    in_step = GaugeMetricFamily(
        "sohoa_exchange_in_step", "Statuses and results that a portal has as they stand.", labels=["connector", "what"]
    )
    wanted = GaugeMetricFamily(
        "sohoa_exchange_wanted", "Statuses and results that a portal must have.", labels=["connector", "what"]
    )
    for connector in sorted({each.connector_id for each in shares}):
        statuses, told = measuring.together([each for each in shares if each.connector_id == connector])
        for what, rate in (("statuses", statuses), ("results", told)):
            in_step.add_metric([connector, what], rate.numerator)
            wanted.add_metric([connector, what], rate.denominator)
    yield in_step
    yield wanted
