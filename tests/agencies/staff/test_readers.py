"""Who looks at the console for an agency."""

import pytest

from agencies.staff.model import Role
from agencies.staff.readers import Readers
from tests.agencies.staffed import account


@pytest.fixture
def readers(room):
    return Readers(room.engine)


async def test_without_an_account_nobody_does(app, readers):
    assert not await readers.of_cases("so-tu-phap")
    assert not await readers.of_deliveries()


@pytest.mark.parametrize(
    ("role", "at", "read"),
    [
        (Role.CLERK, "so-tu-phap", True),
        (Role.COORDINATOR, None, True),
        (Role.CLERK, "ubnd-xa-dong", False),
        (Role.ADMINISTRATOR, None, False),
    ],
)
async def test_an_account_counts_for_what_it_covers(app, room, readers, role, at, read):
    await account(room, role, at)

    assert await readers.of_cases("so-tu-phap") is read


async def test_a_unit_above_counts_for_those_below(app, room, readers):
    await account(room, Role.HEAD, "ubnd-tinh")

    assert await readers.of_cases("so-tu-phap")


async def test_an_account_that_was_deactivated_does_not_count(app, room, readers):
    clerk = await account(room, Role.CLERK, "so-tu-phap")
    await room.accounts.deactivate(clerk.id)

    assert not await readers.of_cases("so-tu-phap")


@pytest.mark.parametrize(
    ("role", "read"), [(Role.COORDINATOR, True), (Role.ADMINISTRATOR, True), (Role.CLERK, False)]
)
async def test_deliveries_are_read_by_roles_that_may(app, room, readers, role, read):
    await account(room, role, "so-tu-phap" if role is Role.CLERK else None)

    assert await readers.of_deliveries() is read
