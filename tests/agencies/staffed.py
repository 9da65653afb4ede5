"""A browser in which somebody of staff is signed in:

async with staffed.browser(app, Role.CLERK, "so-tu-phap") as clerk:
    page = await clerk.get("/console/cases")
    done = await clerk.post("/console/cases/...", data={"text": "..."})
"""

from itertools import count
from typing import Self

import httpx2
import sqlalchemy as sa
from fastapi import FastAPI

from agencies.console.access import HEADER
from agencies.console.cookies import SESSION
from agencies.staff.accounts import Draft
from agencies.staff.model import Role, Staff
from agencies.staff.passwords import Weakness
from agencies.staff.room import StaffRoom
from agencies.staff.scope import Scope
from agencies.tables import agency

EVERYTHING = Scope.everything()
HOST = "http://127.0.0.1:8002"
# What a browser adds to every form of our own pages.
FROM_OUR_PAGE = {"origin": HOST, "sec-fetch-site": "same-origin"}
_numbers = count(1)


class browser(httpx2.AsyncClient):
    """Sends the session's token with everything, as our own pages do; `staff` is who it is."""

    def __init__(
        self, app: FastAPI, role: Role | None = None, at: str | None = None, *, name: str = ""
    ) -> None:
        """Without a role nobody is signed in; `at` is the code of an agency."""
        super().__init__(transport=httpx2.ASGITransport(app=app), base_url=HOST)
        self._room: StaffRoom = app.state.staff
        self._role, self._at, self._name = role, at, name
        self.staff: Staff
        self.csrf = ""
        self.headers.update(FROM_OUR_PAGE)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        if self._role is not None:
            self.staff = await account(self._room, self._role, self._at, name=self._name)
            await self.sign_in()
        return self

    async def sign_in(self) -> None:
        opened = await self._room.sessions.open(self.staff.id, ip="127.0.0.1", agent="test")
        self.cookies.set(SESSION, opened.token)
        self.csrf = opened.csrf
        self.headers[HEADER] = opened.csrf


async def account(
    room: StaffRoom, role: Role, at: str | None = None, *, name: str = "", password: str = ""
) -> Staff:
    """An account of this role in the agency with this code."""
    number = next(_numbers)
    draft = Draft(f"{role}.{number}", name or f"{role} {number}", role, await agency_id(room, at))
    hashed = await room.accounts.hashed(draft.username, password) if password else None
    assert not isinstance(hashed, Weakness), hashed
    made = await room.accounts.add(draft, hashed, must_change=False)
    assert isinstance(made, Staff), made
    return made


async def agency_id(room: StaffRoom, code: str | None) -> int | None:
    if code is None:
        return None
    async with room.engine.connect() as connection:
        query = sa.select(agency.c.id).where(agency.c.code == code)
        return int((await connection.execute(query)).scalar_one())
