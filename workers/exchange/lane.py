"""The work of one connector: one message after the other, each with the newest facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
import structlog

from digitize.exchange.answers import Answer, Outcome, masked
from digitize.exchange.facts import DossierFacts, StatusFacts
from digitize.exchange.mapping import Mapped, dossier_message, progress_messages
from digitize.exchange.rules import Service, progress_batch, rules_of
from digitize.exchange.wire import HoSo, TienDo, digest
from storage.exchange import connectors, gathering, messages, telling
from storage.exchange.connectors import Connector
from storage.exchange.messages import Attempt, Message
from storage.exchange.telling import Told
from workers import off_loop
from workers.attempt import Post
from workers.exchange.portals import Portal

log = structlog.get_logger(__name__)

Found = TypeVar("Found")


class Turn(Enum):
    """How a turn ended."""

    IDLE = auto()
    """Nothing was due."""
    DONE = auto()
    AWAY = auto()
    """The portal, or the way to it, is not well."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A message with the statuses that it has to tell."""

    message: Message
    facts: DossierFacts
    items: Sequence[tuple[StatusFacts, TienDo]]


class Lane:
    """Brings messages to one portal."""

    def __init__(self, office: Post, connector: Connector, portal: Portal, pages: str) -> None:
        """Stand ready.

        Args:
            office: what every worker process stands on.
            connector: whose lane it is.
            portal: who is told.
            pages: where the public pages are found.
        """
        self._office = office
        self._connector = connector
        self._portal = portal
        self._pages = pages
        self._rules = rules_of(connector.kind, connector.options)

    async def dossiers(self) -> Turn:
        """Tell of one dossier: as new, or as an update where the portal has it."""
        taken = await self._claim(Service.DOSSIER, 1)
        if not taken:
            return Turn.IDLE
        (message,) = taken
        facts, told = await self._newest(message)
        mapped = dossier_message(facts, self._rules)
        if mapped.lacks:
            lacks = "; ".join(mapped.lacks)
            await self._write(lambda connection: messages.lacking(connection, message, facts.version, lacks))
            return Turn.DONE
        if told is not None and told.digest == digest(mapped.message) and not message.again:
            await self._write(lambda connection: telling.nothing_new(connection, message, facts, mapped, self._now()))
            return Turn.DONE
        return await self._dossier(message, facts, mapped, updating=told is not None)

    async def _dossier(self, message: Message, facts: DossierFacts, mapped: Mapped, *, updating: bool) -> Turn:
        data = (mapped.message,)
        answer = await self._ask((message,), (facts,), Service.DOSSIER, data, updating=updating)
        lost = updating and answer.outcome is Outcome.UNKNOWN
        if lost or (not updating and answer.outcome is Outcome.EXISTS):
            answer = await self._ask((message,), (facts,), Service.DOSSIER, data, updating=not updating)
        if answer.outcome is not Outcome.TAKEN:
            return await self._not_taken((message,), answer)
        await self._write(
            lambda connection: telling.dossier_taken(
                connection, message, facts, mapped, self._office.actor.id, self._now(), anew=lost
            )
        )
        return await self._taken()

    async def progress(self) -> Turn:
        """Tell of the statuses of some dossiers, in one request."""
        taken = await self._claim(Service.PROGRESS, progress_batch())
        if not taken:
            return Turn.IDLE
        batch: list[_Waiting] = []
        unsent: list[Message] = []
        room = progress_batch()
        for message in taken:
            waiting = await self._statuses(message)
            if waiting is None:
                continue
            if not room:
                unsent.append(message)
                continue
            batch.append(_Waiting(message, waiting.facts, waiting.items[:room]))
            room -= len(batch[-1].items)
        if unsent:
            await self._write(lambda connection: messages.give_back(connection, unsent, self._now()))
        return await self._progress(batch) if batch else Turn.DONE

    async def _statuses(self, message: Message) -> _Waiting | None:
        """Return what a message has to tell; None when the portal was told all of it."""
        if message.again:
            await self._write(lambda connection: telling.rewind(connection, message))
        facts, told = await self._newest(message)
        items = progress_messages(facts, told.progress_sequence if told is not None else 0, self._rules)
        if told is not None and items:
            return _Waiting(message, facts, items[:1] if message.alone else items)
        await self._write(lambda connection: messages.done(connection, message, self._now(), facts.version))
        return None

    async def _progress(self, batch: Sequence[_Waiting]) -> Turn:
        data = [record for waiting in batch for _, record in waiting.items]
        claimed = [waiting.message for waiting in batch]
        answer = await self._ask(claimed, [waiting.facts for waiting in batch], Service.PROGRESS, data, updating=False)
        if answer.outcome is Outcome.OUTAGE:
            return await self._not_taken(claimed, answer)
        # A status that the portal has already is one that it has.
        if answer.outcome is Outcome.TAKEN or (answer.outcome is Outcome.EXISTS and len(data) == 1):
            for waiting in batch:
                await self._write(partial(self._keep, waiting))
            return await self._taken()
        if len(data) > 1:
            await self._write(lambda connection: messages.send_alone(connection, claimed, self._now()))
            return Turn.DONE
        if answer.outcome is Outcome.UNKNOWN:
            await self._write(lambda connection: telling.forget(connection, claimed[0], self._now()))
            return Turn.DONE
        return await self._not_taken(claimed, answer)

    def _keep(self, waiting: _Waiting, connection: sa.Connection) -> None:
        sent = [status for status, _ in waiting.items]
        telling.progress_taken(
            connection, waiting.message, waiting.facts.version, sent, self._office.actor.id, self._now(),
            all_sent=sent[-1] == waiting.facts.statuses[-1],
        )  # fmt: skip

    async def _claim(self, service: Service, most: int) -> Sequence[Message]:
        return await self._write(
            lambda connection: messages.claim(connection, self._connector.id, service, self._now(), most)
        )

    async def _newest(self, message: Message) -> tuple[DossierFacts, Told | None]:
        def both(connection: sa.Connection) -> tuple[DossierFacts, Told | None]:
            facts = gathering.facts_of(connection, message.dossier_id, self._pages, self._now())
            return facts, telling.told(connection, message.connector_id, message.dossier_id)

        return await off_loop.read(self._office.storage.database, both)

    async def _ask(
        self,
        claimed: Sequence[Message],
        facts: Sequence[DossierFacts],
        service: Service,
        data: Sequence[HoSo | TienDo],
        *,
        updating: bool,
    ) -> Answer:
        """Send records once and write down what was said, without what it quotes of persons."""
        at = self._now()
        began = time.monotonic()
        answer = await self._portal.send(service, data, updating=updating)
        ms = round((time.monotonic() - began) * 1000)
        said = masked(answer.said, [word for each in facts for word in (each.holder_name, each.holder_id)])
        self._office.meter.exchange.labels(service.value, answer.outcome.value).inc()
        log.info(
            "told" if answer.outcome is Outcome.TAKEN else "not_taken", connector=self._connector.id,
            service=service.value, records=len(data), outcome=answer.outcome.value, code=answer.code, ms=ms,
        )  # fmt: skip
        attempt = Attempt(at, ms, answer.outcome, answer.code, said)

        def write_down(connection: sa.Connection) -> None:
            for message in claimed:
                messages.log(connection, message.id, attempt)

        await self._write(write_down)
        return Answer(answer.outcome, answer.code, said)

    async def _not_taken(self, claimed: Sequence[Message], answer: Answer) -> Turn:
        attempt = Attempt(self._now(), 0, answer.outcome, answer.code, answer.said)
        away = answer.outcome is Outcome.OUTAGE

        def put_off(connection: sa.Connection) -> None:
            for message in claimed:
                messages.failed(connection, message, attempt)
            if away:
                problem = f"{answer.said} (HTTP {answer.code})" if answer.code else answer.said
                connectors.failed(connection, self._connector.id, problem, attempt.at)
            else:
                connectors.answered(connection, self._connector.id, attempt.at, took=False)

        await self._write(put_off)
        return Turn.AWAY if away else Turn.DONE

    async def _taken(self) -> Turn:
        """Note that the portal is well; when it was away before, what failed then is due at once."""
        before = await off_loop.read(
            self._office.storage.database, lambda connection: connectors.find(connection, self._connector.id)
        )
        await self._write(
            lambda connection: connectors.answered(connection, self._connector.id, self._now(), took=True)
        )
        if before.failing_since is not None:
            await self._write(lambda connection: connectors.recovered(connection, before, self._now()))
        return Turn.DONE

    def _now(self) -> datetime:
        return self._office.clock()

    async def _write(self, act: Callable[[sa.Connection], Found]) -> Found:
        return await off_loop.write(self._office.storage.database, act)
