from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agencies.contact_checks import check_contact
from agencies.model import Contact, ContactState
from tests.agencies.samples import SMALL, directory_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
STATES = ContactState


async def found(engine, code, state):
    return await check_contact(engine, code, state, at=NOW, staff_id=1)


async def state_of(store, code):
    return (await store.agency(code)).contact.state


async def test_a_file_does_not_turn_back_what_staff_confirmed(loaded, engine):
    await found(engine, "ubnd-xa-dong", STATES.CONFIRMED)

    changes = await loaded.replace(directory_of(*SMALL), file="same.yml")

    assert await state_of(loaded, "ubnd-xa-dong") is STATES.CONFIRMED
    assert changes.kept == {"ubnd-xa-dong": STATES.CONFIRMED}
    assert not changes


async def test_a_file_does_not_bring_back_an_address_that_staff_found_dead(loaded, engine):
    await found(engine, "so-tu-phap", STATES.INACTIVE)

    await loaded.replace(directory_of(*SMALL), file="same.yml")

    assert await state_of(loaded, "so-tu-phap") is STATES.INACTIVE


async def test_another_address_is_as_the_file_says(loaded, engine):
    await found(engine, "ubnd-xa-dong", STATES.CONFIRMED)
    moved = replace(SMALL[3], contact=Contact(STATES.UNCONFIRMED, email="new@example.invalid"))

    changes = await loaded.replace(directory_of(*SMALL[:3], moved), file="new.yml")

    assert await state_of(loaded, "ubnd-xa-dong") is STATES.UNCONFIRMED
    assert changes.kept == {}


async def test_the_last_word_of_staff_counts(loaded, engine):
    await found(engine, "ubnd-xa-dong", STATES.CONFIRMED)
    await found(engine, "ubnd-xa-dong", STATES.UNCONFIRMED)

    await loaded.replace(directory_of(*SMALL), file="same.yml")

    assert await state_of(loaded, "ubnd-xa-dong") is STATES.UNCONFIRMED


async def test_nobody_confirms_what_does_not_exist(loaded, engine):
    bare = replace(SMALL[3], contact=Contact(STATES.UNCONFIRMED))
    await loaded.replace(directory_of(*SMALL[:3], bare), file="new.yml")

    assert not await found(engine, "khong-co", STATES.CONFIRMED)
    with pytest.raises(ValueError, match="needs an e-mail address or a phone number"):
        await found(engine, "ubnd-xa-dong", STATES.CONFIRMED)
    assert await state_of(loaded, "ubnd-xa-dong") is STATES.UNCONFIRMED
