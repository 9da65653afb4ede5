"""What staff found out about an agency's contact, and how far that outweighs the directory file.

A file says what an address is; whether somebody reads it, staff find out. Their word stands while
the file gives the same e-mail and phone, and is about the past as soon as it gives others (ADR 75).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from agencies.database import joined
from agencies.model import Agency, Contact, ContactState
from agencies.tables import agency, contact_check


@dataclass(frozen=True)
class ContactCheck:
    """Staff found that this e-mail and phone are read (confirmed), or no longer (inactive)."""

    state: ContactState
    email: str
    phone: str
    at: datetime

    def about(self, contact: Contact) -> bool:
        return (self.email, self.phone) == (contact.email, contact.phone)


def outweighed(one: Agency, check: ContactCheck | None) -> Agency:
    """The agency of a file with the state of contact that staff found for the same address."""
    if check is None or not check.about(one.contact):
        return one
    return replace(one, contact=replace(one.contact, state=check.state))


async def checks(connection: AsyncConnection) -> Mapping[str, ContactCheck]:
    """The last word of staff on each agency's contact, by code."""
    statement = sa.select(agency.c.code, contact_check).join(agency)
    return {
        row.code: ContactCheck(ContactState(row.state), row.email, row.phone, row.at)
        for row in await connection.execute(statement)
    }


async def check_contact(
    on: AsyncConnection | AsyncEngine,
    code: str,
    state: ContactState,
    *,
    at: datetime,
    staff_id: int | None = None,
) -> bool:
    """Write down what was found out; False when no agency has the code.

    Raises ValueError for a confirmed contact that has neither e-mail nor phone.
    """
    async with joined(on) as connection:
        wanted = sa.select(agency.c.id, agency.c.email, agency.c.phone)
        row = (await connection.execute(wanted.where(agency.c.code == code))).first()
        if row is None:
            return False
        Contact(state, email=row.email, phone=row.phone)  # Refuses what cannot be.
        found = {"state": state, "email": row.email, "phone": row.phone}
        await connection.execute(contact_check.delete().where(contact_check.c.agency_id == row.id))
        await connection.execute(
            contact_check.insert().values(
                found | {"agency_id": row.id, "at": at, "staff_id": staff_id}
            )
        )
        update = agency.update().where(agency.c.id == row.id).values(contact_state=state)
        await connection.execute(update)
    return True
