"""A form becomes a case once, at an agency that exists, under a code nobody else has."""

import asyncio
from itertools import chain, repeat

import pytest
import sqlalchemy as sa

from agencies.cases.addressees import NobodyToReceive
from agencies.cases.codes import new_code
from agencies.cases.model import EventKind, NotNow, State
from agencies.cases.tables import attachment, case_
from agencies.client import CaseAttachment, CaseContact, CasePlace, CaseProcedure, Consent
from agencies.model import Kind
from tests.agencies.cases.conftest import CLERK, EVERYTHING, a_draft, of_another_citizen, vn
from tests.agencies.samples import SMALL, agency, directory_of

PICTURE = CaseAttachment("ảnh.png", "image/png", b"\x89PNG")


async def count(engine) -> int:
    async with engine.connect() as connection:
        counted = await connection.execute(sa.select(sa.func.count()).select_from(case_))
        return int(counted.scalar_one())


class TestOnce:
    async def test_the_same_form_twice_is_one_case(self, cases, engine, sent):
        first = await cases.create(a_draft(), agency="so-tu-phap")
        second = await cases.create(a_draft(), agency="so-tu-phap")

        assert (first.is_new, second.is_new) == (True, False)
        assert second.case == first.case
        assert await count(engine) == 1
        assert len(await sent(recipient_kind="console")) == 1

    async def test_also_when_both_come_at_the_same_moment(self, cases, engine, sent):
        made = await asyncio.gather(
            *(cases.create(a_draft(), agency="so-tu-phap") for _ in range(8))
        )

        assert sorted(each.is_new for each in made) == [False] * 7 + [True]
        assert len({each.case.code for each in made}) == 1
        assert await count(engine) == 1
        assert len(await sent(recipient_kind="console")) == 1

    async def test_also_when_the_answer_to_the_first_was_lost_and_it_was_changed_since(
        self, cases, case
    ):
        again = await cases.create(a_draft(text="Nội dung đã sửa"), agency="so-tu-phap")

        assert again.case == case

    async def test_the_same_words_of_a_conversation_are_added_to_its_open_case(
        self, cases, case, engine, sent
    ):
        again = a_draft(submission="form-2", text=case.text + "!")

        made = await cases.create(again, agency="so-tu-phap")
        repeated = await cases.create(again, agency="so-tu-phap")

        assert (made.is_new, made.duplicate_of, made.case.code) == (False, case.code, case.code)
        assert repeated.duplicate_of == case.code
        kinds = [event.kind for event in await cases.events(case.id)]
        assert kinds == [EventKind.CREATED, EventKind.CITIZEN_WROTE]
        assert await count(engine) == 1

    async def test_a_form_that_was_added_is_known_when_the_case_has_ended(self, cases, case):
        again = a_draft(submission="form-2")
        added = await cases.create(again, agency="so-tu-phap")
        await cases.answer(added.case, "Xong", CLERK)

        repeated = await cases.create(again, agency="so-tu-phap")

        assert (repeated.is_new, repeated.duplicate_of) == (False, case.code)

    async def test_two_such_forms_at_the_same_moment_are_one_case(self, cases, engine):
        forms = [a_draft(submission=f"form-{number}") for number in range(4)]

        made = await asyncio.gather(*(cases.create(form, agency="so-tu-phap") for form in forms))

        assert len({each.case.code for each in made}) == 1
        assert await count(engine) == 1

    @pytest.mark.parametrize(
        "other",
        [
            of_another_citizen(),
            a_draft(submission="form-2", text="Đường trước cổng trường bị ngập nặng"),
            a_draft(submission="form-2", wish="person"),
            a_draft(submission="form-2", dossier_code="H19.2"),
            a_draft(submission="form-2", place=CasePlace("99001", "xã Đông")),
            a_draft(submission="form-2", procedure=CaseProcedure("1.0", "Khai sinh")),
        ],
    )
    async def test_what_differs_is_a_case_of_its_own(self, cases, case, other):
        made = await cases.create(other, agency="so-tu-phap")

        assert made.is_new
        assert made.case.code != case.code

    async def test_the_same_words_reach_the_other_agency_that_was_confirmed(
        self, cases, case, sent
    ):
        made = await cases.create(a_draft(submission="form-2"), agency="ubnd-xa-dong")

        assert (made.is_new, made.case.agency_code) == (True, "ubnd-xa-dong")
        assert len(await sent(purpose="forward", recipient="ubnd-xa-dong")) == 1

    @pytest.mark.parametrize(
        "contact",
        [CaseContact(phone="0912345678"), CaseContact(email="bimat@example.invalid")],
    )
    async def test_whoever_types_a_neighbours_contact_does_not_get_into_their_case(
        self, cases, case, contact
    ):
        stranger = a_draft(submission="form-2", conversation="zalo:9", contact=contact)

        made = await cases.create(stranger, agency="so-tu-phap")

        assert (made.is_new, made.duplicate_of) == (True, "")
        [created] = await cases.events(made.case.id)
        assert created.data["similar_to"] == case.code  # Staff may see what it is.
        assert len(await cases.events(case.id)) == 1

    async def test_what_was_said_last_of_oneself_holds(self, cases, case):
        again = a_draft(
            submission="form-2",
            contact=CaseContact("Lê Thị Khác", "0987654321"),
            consent=Consent("2026-12", vn("2026-11-23 09:30")),
        )

        made = await cases.create(again, agency="so-tu-phap")

        now = await cases.case(case.code, EVERYTHING)
        assert made.case.code == case.code
        assert (now.contact_name, now.contact_phone) == ("Lê Thị Khác", "0987654321")
        assert now.contact_email == case.contact_email
        assert (now.consent_version, now.consent_at) == ("2026-12", vn("2026-11-23 09:30"))

    async def test_files_that_a_case_has_no_room_for_are_a_case_of_their_own(
        self, cases, engine, rules
    ):
        files = (PICTURE,) * rules.attachments.most
        forms = [a_draft(submission=f"form-{each}", attachments=files) for each in range(3)]

        made = [await cases.create(form, agency="so-tu-phap") for form in forms]

        assert [each.is_new for each in made] == [True] * 3
        async with engine.connect() as connection:
            per_case = sa.select(sa.func.count(attachment.c.id)).group_by(attachment.c.case_id)
            found = (await connection.execute(per_case)).scalars().all()
        assert found == [len(files)] * 3

    async def test_after_the_answer_the_same_words_are_a_new_case(self, cases, case):
        await cases.answer(case, "Xong", CLERK)

        assert (await cases.create(a_draft(submission="form-2"), agency="so-tu-phap")).is_new


class TestForgotten:
    async def test_a_form_on_its_way_makes_no_case(self, cases, engine):
        assert await cases.erase("portal:abc") == 0

        late = await cases.create(a_draft(), agency="so-tu-phap")

        assert late == NotNow("", "forgotten")
        assert await count(engine) == 0

    async def test_nor_does_one_that_was_a_case_before(self, cases, case, engine):
        await cases.erase("portal:abc")

        assert isinstance(await cases.create(a_draft(), agency="so-tu-phap"), NotNow)
        assert await count(engine) == 1

    async def test_what_is_confirmed_afterwards_is_a_case(self, cases, clock):
        await cases.erase("portal:abc")
        clock.advance(seconds=20)

        anew = a_draft(consent=Consent("2026-11", clock()))

        assert (await cases.create(anew, agency="so-tu-phap")).is_new

    async def test_a_form_without_consent_is_waited_out(self, cases, clock):
        await cases.erase("portal:abc")
        form = a_draft(consent=None)

        early = await cases.create(form, agency="so-tu-phap")
        clock.advance(minutes=11)
        later = await cases.create(form, agency="so-tu-phap")

        assert isinstance(early, NotNow)
        assert later.is_new

    async def test_both_at_the_same_moment_leave_nothing(self, cases, engine):
        await asyncio.gather(
            cases.create(a_draft(), agency="so-tu-phap"), cases.erase("portal:abc")
        )

        async with engine.connect() as connection:
            found = await connection.execute(sa.select(case_.c.conversation))
        assert "portal:abc" not in found.scalars().all()


class TestAgency:
    async def test_is_told_on_every_way_it_has(self, make, sent):
        cases = make(webhooks=frozenset({"so-tu-phap"}))

        await cases.create(a_draft(), agency="so-tu-phap")

        rows = [(row["recipient_kind"], row["recipient"]) for row in await sent(purpose="forward")]
        assert rows == [
            ("console", "so-tu-phap"),
            ("email", "a@example.invalid"),
            ("webhook", "so-tu-phap"),
        ]

    async def test_unknown_to_the_directory_is_triage_with_what_was_confirmed(self, cases):
        made = await cases.create(a_draft(), agency="so-khong-co")

        assert made.case.agency_code == "to-phan-loai"
        [created] = await cases.events(made.case.id)
        assert created.data["confirmed"] == "so-khong-co"

    async def test_merged_is_its_successor(self, cases, store):
        await store.replace(directory_of(*with_merged()), file="merged.yml")

        made = await cases.create(a_draft(), agency="so-cu")

        assert made.case.agency_code == "so-tu-phap"

    async def test_of_an_empty_directory_is_nobody(self, cases, store, engine):
        only = agency("so-cu", kind=Kind.DEPARTMENT)
        await store.replace(directory_of(only), file="one.yml")

        with pytest.raises(NobodyToReceive):
            await cases.create(a_draft(), agency="so-khong-co")
        assert await count(engine) == 0


def with_merged():
    return (*SMALL, agency("so-cu", "Sở Cũ", successor="so-tu-phap"))


class TestCode:
    async def test_a_collision_takes_another_code(self, make, case):
        codes = chain([case.code, case.code], repeat("PA-ZZZZ-ZZZZ"))
        cases = make(code=lambda: next(codes))

        made = await cases.create(of_another_citizen(), agency="so-tu-phap")

        assert (made.is_new, made.case.code) == (True, "PA-ZZZZ-ZZZZ")

    async def test_codes_that_are_always_taken_make_no_case(self, make, case, engine):
        cases = make(code=lambda: case.code)

        with pytest.raises(RuntimeError):
            await cases.create(of_another_citizen(), agency="so-tu-phap")
        assert await count(engine) == 1

    async def test_tells_nothing_about_the_case_before(self):
        codes = [new_code() for _ in range(1000)]

        assert len(set(codes)) == 1000
        assert codes != sorted(codes)


async def test_attachments_are_kept_with_their_hash(cases, engine):
    made = await cases.create(a_draft(attachments=(PICTURE,)), agency="so-tu-phap")

    async with engine.connect() as connection:
        [row] = (await connection.execute(sa.select(attachment))).mappings()
    assert (row["case_id"], row["name"], row["size"]) == (made.case.id, "ảnh.png", 4)
    assert row["content"] == b"\x89PNG"
    assert len(row["sha256"]) == 64


async def test_a_new_case_has_its_deadlines_and_the_version_of_the_calendar(case):
    assert case.state is State.RECEIVED
    assert case.register_due == vn("2026-11-25 23:59:59")
    assert case.forward_due == case.reply_due == vn("2026-12-01 23:59:59")
    assert case.calendar_version.startswith("holidays ")


async def test_an_investors_feedback_is_registered_on_the_same_day(cases):
    draft = a_draft(procedure=CaseProcedure("1", "Cấp giấy", "Đầu tư tại Việt nam"))

    made = await cases.create(draft, agency="so-tu-phap")

    assert made.case.register_due == made.case.forward_due == vn("2026-11-23 23:59:59")
