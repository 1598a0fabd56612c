"""The replica of the Python client in the place of the reference: it hears, pulls and shows; what is left of
`tests.replica` connects when told to and keeps the outbox."""

from __future__ import annotations

from collections.abc import Mapping

from server.model import Json, Record
from tandem_client.replica import Copy as InnerCopy
from tandem_client.replica import Replica as Inner
from tests.client import Client
from tests.replica import Copy, Replica


class Shown(Copy):
    """What is asked of a copy here, of the client's."""

    def __init__(self, copy: InnerCopy) -> None:
        super().__init__(copy.epoch, copy.revision, copy.complete)
        self._copy = copy

    def digest(self) -> int:
        return self._copy.digest


class PythonReplica(Replica):
    def __init__(self, grid: str, limit: int = 1000, **auth: Json) -> None:
        super().__init__(grid, limit, **auth)
        self._inner = Inner(self._moved, self._behind)

    async def connect(self, url: str) -> None:
        client = Client(self._hear)
        start = self._inner.begin()
        await client.connect(url, **self._auth)
        self._client = client
        joined = await self._ask("join_grid", limit=self._limit, **start)
        self._inner.hear("head", joined)
        await self._pull(joined["page"])
        self.background.start(self._send())

    def shows(self, snapshot: Mapping[str, Record]) -> bool:
        """Of deleted records it keeps nothing."""
        assert not self._inner.alarms
        live = {id: (id, r.version, r.fields) for id, r in snapshot.items() if not r.deleted}
        return self._inner.copy.records == live

    def seen(self, id: str) -> tuple[int, Json]:
        record = self._inner.copy.records.get(id)
        return (record.version, record.fields) if record else (1, None)

    def _hear(self, event: str, payload: Json) -> None:
        if event in ("changes", "head"):
            self._inner.hear(event, payload)

    def _behind(self) -> None:
        self.background.start(self._pull(None))

    async def _pull(self, page: Json) -> None:
        while self._inner.reading:
            page = page or await self._ask("pull", limit=self._limit, **self._inner.since())
            self._inner.take(page)
            page = None

    def _moved(self) -> None:
        self._swap(Shown(self._inner.copy))
