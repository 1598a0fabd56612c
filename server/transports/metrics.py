"""`GET /metrics`, for Prometheus. Permission: METRICS_KEY, see Access.admit_metrics.

Nothing is counted for it on the way of an edit but plain numbers (server/tally.py); the rest is looked up
when it is asked. docs/OPERATING.md has the list of them, and a test that it is all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from server.commands import Commands
from server.committer import Committer
from server.model import Head
from server.service import GridService
from server.tally import BOUNDS, Durations, Tally
from server.transports.door import NO_STORE, Door
from server.transports.health import Database
from server.transports.pipes import Pipe

PATH = "/metrics"
TYPE = "text/plain; version=1.0.0; charset=utf-8"


def setup(
    app: web.Application,
    door: Door,
    tally: Tally,
    commands: Commands,
    committer: Committer,
    service: GridService,
    database: Database,
    pipes: Mapping[str, Iterable[Pipe]],
) -> None:
    """Serve them; http.setup guards this route too. `pipes`: the open connections of each door."""
    registry = CollectorRegistry(auto_describe=False)  # of this application: a process may have several
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    ours = Ours(tally, commands, committer, service, pipes)
    registry.register(ours)

    async def serve(request: web.Request) -> web.Response:
        door.admit_metrics(request)
        heads = await database.heads()
        ours.heads = None if isinstance(heads, str) else heads
        return web.Response(body=generate_latest(registry), headers={**NO_STORE, "Content-Type": TYPE})

    app.router.add_get(PATH, door.answering(serve))


@dataclass(eq=False)  # a registry keeps it as a key
class Ours(Collector):
    """What Tandem itself has to show, each time anew."""

    tally: Tally
    commands: Commands
    committer: Committer
    service: GridService
    pipes: Mapping[str, Iterable[Pipe]]
    heads: list[Head] | None = None  # as the database has just told them

    def collect(self) -> Iterator[Metric]:
        yield from self._people()
        yield from self._grids()
        yield from self._work()
        yield from self._counts()

    def _people(self) -> Iterator[Metric]:
        sessions: Counter[tuple[str, str]] = Counter({(door, "websocket"): 0 for door in self.pipes})
        slow = 0
        for door, pipes in self.pipes.items():
            for pipe in pipes:
                slow += pipe.blocked
                if pipe.peer.connected:
                    sessions[door, pipe.transport] += 1
        told = "Connected clients, by the door they came through."
        yield _labelled(GaugeMetricFamily("tandem_sessions", told, labels=("door", "transport")), sessions)
        told = "Clients that do not read and are told nothing more until they do."
        yield GaugeMetricFamily("tandem_slow_readers", told, slow)
        readers = GaugeMetricFamily("tandem_grid_readers", "Sessions that have joined it.", labels=("grid",))
        yield _labelled(readers, {(grid,): number for grid, number in self.service.readers.items()})

    def _grids(self) -> Iterator[Metric]:
        up = self.heads is not None
        yield GaugeMetricFamily("tandem_database_up", "1 if the database has just answered.", up)
        revisions = GaugeMetricFamily("tandem_grid_revision", "Changes ever made to it.", labels=("grid",))
        records = GaugeMetricFamily("tandem_grid_records", "Records that it has now.", labels=("grid",))
        for head in self.heads or ():
            revisions.add_metric((head.grid,), head.revision)
            records.add_metric((head.grid,), head.count)
        yield revisions
        yield records

    def _work(self) -> Iterator[Metric]:
        mutations, size = self.committer.waiting
        told = "Mutations that wait for their transaction."
        yield GaugeMetricFamily("tandem_waiting_mutations", told, mutations)
        yield GaugeMetricFamily("tandem_waiting_bytes", "The bytes of these on the wire.", size)
        told = "Requests that were taken and are not answered yet."
        yield GaugeMetricFamily("tandem_unanswered_requests", told, self.commands.unanswered)
        told = "From the begin of a transaction until it is durable."
        yield _histogram("tandem_commit_seconds", told, self.tally.commits)
        told = "From a mutation's arrival until its change was written to all readers of this process."
        yield _histogram("tandem_announce_seconds", told, self.tally.announcements)

    def _counts(self) -> Iterator[Metric]:
        tally = self.tally
        requests = CounterMetricFamily("tandem_requests", "Requests through every door.", labels=("event",))
        yield _labelled(requests, {(event,): number for event, number in tally.requests.items()})
        told = "Refused requests, connects and mutations."
        refusals = CounterMetricFamily("tandem_refusals", told, labels=("code",))
        yield _labelled(refusals, {(code,): number for code, number in tally.refusals.items()})
        told = "HTTP requests that have ended; 499: given up by who had asked."
        http = CounterMetricFamily("tandem_http_requests", told, labels=("method", "route", "status"))
        yield _labelled(http, {(m, route, str(status)): n for (m, route, status), n in tally.http.items()})
        told = "Connections that have ended, by the cause."
        closed = CounterMetricFamily("tandem_connections_closed", told, labels=("reason",))
        yield _labelled(closed, {(reason,): number for reason, number in tally.closed.items()})
        told = "Slow readers that have read again; those that did not were closed: does not read."
        yield CounterMetricFamily("tandem_slow_readers_resumed", told, tally.resumed)


def _labelled(family: CounterMetricFamily | GaugeMetricFamily, values: Mapping[Any, float]) -> Metric:
    """`values` by tuples of labels."""
    for labels, value in values.items():
        family.add_metric(labels, value)
    return family


def _histogram(name: str, told: str, durations: Durations) -> Metric:
    buckets: list[tuple[str, float]] = []
    below = 0
    for bound, number in zip((*BOUNDS, float("inf")), durations.counts, strict=True):
        below += number
        buckets.append(("+Inf" if bound == float("inf") else str(bound), below))
    return HistogramMetricFamily(name, told, buckets=buckets, sum_value=durations.seconds)
