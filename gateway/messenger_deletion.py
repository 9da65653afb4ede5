"""Erases what Meta says a citizen wants erased, and remembers that it was, not whose it was."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.messenger import MessengerChannel
from gateway.channels.messenger_client import Problem
from gateway.channels.messenger_signature import BadSignature, read_signed_request
from gateway.database import Database
from gateway.forgetting import Forgetting
from gateway.store import Clock, now
from gateway.tables import conversation, deletion, event

log = structlog.get_logger()

PAUSE = timedelta(minutes=10)
NOBODY = 803  # Meta knows no one by that id. 100 says so, too, but of a field or a right as well.
_ID = re.compile(r"[0-9]{1,50}")


@dataclass(frozen=True)
class Deletion:
    """What the citizen is shown of it."""

    is_done: bool
    found: bool


class Deletions:
    """Whoever asks is named by an id with our app, but writes to us by one with our Page. Which
    belong together only Meta knows, so what it does not answer now is asked again."""

    def __init__(
        self,
        database: Database,
        forgetting: Forgetting,
        channel: MessengerChannel,
        *,
        erased: Callable[[], None] = lambda: None,
        clock: Clock = now,
    ) -> None:
        """`erased` tells the errands that agencies must hear of it."""
        self._database = database
        self._forgetting = forgetting
        self.channel = channel
        self._secret = channel.settings.app_secret
        self._erased = erased
        self._clock = clock
        self._tried_at: datetime | None = None

    async def ask(self, request: str) -> str:
        """Keep a `signed_request` of Meta's, once however often it comes, and return its code.

        Raises BadSignature.
        """
        said = read_signed_request(request, self._secret)
        user = str(said.get("user_id", ""))
        if not _ID.fullmatch(user):
            raise BadSignature("names nobody")
        code = self._code(user, said.get("issued_at"))
        row = {"code": code, "channel": self.channel.name, "subject": user}
        insert = self._database.insert_if_new(deletion)
        insert = insert.values(**row, asked_at=self._clock())
        await self._database.write(lambda connection: connection.execute(insert))
        return code

    async def state(self, code: str) -> Deletion | None:
        found = sa.select(deletion).where(deletion.c.code == code)
        row = await self._database.read(
            lambda connection: connection.execute(found).mappings().first()
        )
        return Deletion(row["done_at"] is not None, row["found"]) if row else None

    async def finish(self, code: str) -> bool:
        """Erase what this one asks for; False when Meta has to be asked again."""
        open_one = sa.select(deletion.c.subject).where(
            deletion.c.code == code, deletion.c.done_at.is_(None)
        )
        subject = await self._database.read(lambda connection: connection.scalar(open_one))
        if subject is None:
            return True
        try:
            found = await self._erase_all_of(subject)
        except (Unreachable, NoAnswer, Problem) as error:
            log.error("deletion.waits", channel=self.channel.name, error=str(error))
            return False
        done = sa.update(deletion).where(deletion.c.code == code)
        done = done.values(done_at=self._clock(), found=found, subject="")
        await self._database.write(lambda connection: connection.execute(done))
        return True

    async def sweep(self) -> int:
        """Go on with those that wait for Meta; every ten minutes, however often it is called."""
        if self._tried_at and self._clock() < self._tried_at + PAUSE:
            return 0
        self._tried_at = self._clock()
        waiting = sa.select(deletion.c.code).where(
            deletion.c.done_at.is_(None), deletion.c.channel == self.channel.name
        )
        codes = await self._database.read(lambda connection: connection.scalars(waiting).all())
        return sum([await self.finish(code) for code in codes])

    async def _erase_all_of(self, subject: str) -> bool:
        """Whether anything was there. Raises as the client does.

        Where nothing is left here agencies may still hold a case, so each name is told them.
        """
        if await self._is_known(subject):
            return await self._erase(subject)
        users = dict.fromkeys([subject, *await self._page_scoped(subject)])
        return any([await self._erase(user) for user in users])

    async def _page_scoped(self, subject: str) -> Sequence[str]:
        try:
            return await self.channel.client.page_scoped_ids(subject)
        except Problem as problem:
            if problem.code == NOBODY:
                return ()
            raise

    async def _is_known(self, user: str) -> bool:
        known = sa.or_(
            sa.exists().where(conversation.c.name == f"{self.channel.name}:{user}"),
            sa.exists().where(event.c.channel == self.channel.name, event.c.user == user),
        )
        return bool(
            await self._database.read(lambda connection: connection.scalar(sa.select(known)))
        )

    async def _erase(self, user: str) -> bool:
        found = await self._forgetting.erase(f"{self.channel.name}:{user}", elsewhere=True)
        self._erased()
        return found

    def _code(self, user: str, issued_at: Any) -> str:
        """The same for the same request; nobody else can guess it."""
        said = f"deletion:{user}:{issued_at}".encode()
        digest = hmac.new(self._secret.encode(), said, hashlib.sha256).digest()
        return base64.b32encode(digest[:15]).decode()
