"""Who is told of a case gets what its citizen added, as far as it is theirs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from agencies.cases.store import CaseStore
from agencies.cases.tables import attachment, case_event
from agencies.client import CaseDraft
from agencies.database import writing
from agencies.outbox.leases import Leases
from agencies.outbox.writing import Kind, Purpose
from agencies.rules import Rules
from agencies.senders.base import Added
from agencies.senders.webhook import body_of
from tests.agencies.outbox.samples import START, forward, put
from vietnamese.workdays import WorkCalendar

FIRST, SECOND = START + timedelta(hours=1), START + timedelta(hours=2)


def said(kind, text, at, case=1):
    event = {"case_id": case, "at": at, "actor": "citizen", "actor_name": "", "kind": kind}
    return event | {"public": True, "text": text, "data": {}}


def sent(name, at, by="citizen"):
    file = {"case_id": 1, "name": name, "media_type": "image/png", "size": 1, "sha256": name}
    return file | {"content": b"x", "added_at": at, "by": by}


@pytest.fixture
async def story(cases):
    """A form with a file, more words with two files, a reopening; a note of staff between."""
    async with writing(cases).begin() as connection:
        events = (
            said("citizen_wrote", "Thêm một lần hẹn.", FIRST),
            said("note", "Nội bộ.", FIRST),
            said("reopened", "Chưa xong.", SECOND),
            said("citizen_wrote", "Việc khác.", FIRST, case=2),
        )
        for event in events:
            await connection.execute(sa.insert(case_event).values(**event))
        files = (sent("a", START), sent("b", FIRST), sent("c", FIRST), sent("d", SECOND, "staff"))
        for file in files:
            await connection.execute(sa.insert(attachment).values(**file))
    return cases


async def told(engine, clock, at, **facts):
    await put(engine, forward(1, **facts), at=at)
    clock.pass_(days=1)
    [leased] = await Leases(engine, clock=clock).claim([Kind.EMAIL], limit=9)
    return leased.parcel


async def test_who_is_given_the_case_gets_all_of_it(story, clock):
    parcel = await told(story, clock, SECOND)

    assert parcel.added == (
        Added(START, files=1),
        Added(FIRST, "citizen_wrote", "Thêm một lần hẹn.", 2),
        Added(SECOND, "reopened", "Chưa xong."),
    )
    assert "Thêm một lần hẹn." in body_of(parcel).decode()
    assert "Nội bộ" not in body_of(parcel).decode()


async def test_who_is_told_of_an_event_gets_what_came_with_it(story, clock):
    payload = {"event": "citizen_wrote"}
    parcel = await told(story, clock, FIRST, purpose=Purpose.STATUS, payload=payload)

    assert parcel.added == (Added(FIRST, "citizen_wrote", "Thêm một lần hẹn.", 2),)


async def test_a_reminder_carries_no_words(story, clock):
    parcel = await told(story, clock, FIRST, purpose=Purpose.WARNING, payload={"what": "reply"})

    assert parcel.added == ()


async def test_words_and_files_of_a_second_form_reach_the_agency(loaded, clock):
    store = CaseStore(loaded.engine, Rules.load(), WorkCalendar.load(), clock)
    facts = {"conversation": "portal:abc", "channel": "portal", "wish": "feedback"}
    facts |= {"text": "Hồ sơ quá hẹn.", "agency": "so-tu-phap"}
    case = (await store.create(CaseDraft(submission="1", **facts), agency="so-tu-phap")).case
    clock.pass_(hours=1)
    await store.citizen_wrote(case.code, "Nay quá hẹn 7 ngày.", "2")

    claimed = await Leases(loaded.engine, clock=clock).claim([Kind.EMAIL], limit=9)

    [letter] = [one.parcel for one in claimed if one.parcel.purpose == Purpose.STATUS]
    assert [one.text for one in letter.added] == ["Nay quá hẹn 7 ngày."]
