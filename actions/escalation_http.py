"""Passes on to the agencies service what citizens confirmed."""

import asyncio
import logging
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx2

from actions.drawer_http import Drawer, DrawerShut, Handed
from actions.escalation import (
    CaseReport,
    Fate,
    HandOver,
    Kind,
    Matter,
    Receipt,
    Refused,
    Routes,
)
from agencies.client import (
    Agencies,
    AgenciesUnavailable,
    CaseContact,
    CaseDraft,
    CasePlace,
    CaseProcedure,
    CaseReceipt,
    CaseRefused,
    Cases,
    Consent,
    PublicCase,
    Step,
)
from knowledge.client import Choice
from vietnamese.workdays import ZONE

logger = logging.getLogger(__name__)

MOST_AGENCIES = 6  # Of those that match a name.
SECONDS_IN_ALL = 7.0  # Of several calls together: well within what the gateway waits for a turn.
NAMING = ("named", "called")  # Why an agency is proposed: its name was said, or what it is called.
REFUSED = {
    "complaint": Refused.COMPLAINT,
    "emergency": Refused.EMERGENCY,
    "contact": Refused.CONTACT,
    "attachment": Refused.FILES,
}
FATES = {Step.DONE: Fate.DONE, Step.REFUSED: Fate.REFUSED, Step.UNKNOWN: Fate.UNKNOWN}


class HttpEscalation:
    takes = True

    def __init__(
        self,
        cases: Cases,
        directory: Agencies,
        records: httpx2.AsyncClient,
        drawer: Drawer,
        *,
        seconds: float = SECONDS_IN_ALL,
    ) -> None:
        """`records` is the knowledge service, which has the procedures' records."""
        self._seconds = seconds
        self._cases = cases
        self._directory = directory
        self._records = records
        self._drawer = drawer

    async def route(self, matter: Matter) -> Routes | None:
        try:
            async with asyncio.timeout(self._seconds):
                procedure = await self._procedure(matter.procedure)
                place = _place(matter)
                routes = await self._cases.route(
                    matter.text, wish=matter.wish, procedure=procedure, place=place
                )
        except (AgenciesUnavailable, TimeoutError) as error:
            _down("route", error)
            return None
        agencies = tuple(Choice(agency.code, agency.name) for agency in routes.agencies)
        return Routes(Kind(routes.kind), routes.category, agencies)

    async def agencies(self, words: str) -> tuple[Choice, ...] | None:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._called(words) or await self._listed(words)
        except (AgenciesUnavailable, TimeoutError) as error:
            _down("agencies", error)
            return None

    async def hand_over(self, request: HandOver) -> Receipt | Refused | None:
        """What was cut off by the time may have arrived: the same submission finds it again."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._hand_over(request)
        except (AgenciesUnavailable, DrawerShut, TimeoutError) as error:
            _down("hand over", error)
            return None

    async def case(self, code: str) -> CaseReport:
        try:
            case = await self._cases.case(code)
        except AgenciesUnavailable as error:
            _down("case", error)
            return CaseReport(Fate.DOWN)
        return _report(case) if case else CaseReport(Fate.UNKNOWN)

    async def codes_of(self, conversation: str) -> tuple[str, ...] | None:
        try:
            cases = await self._cases.of_conversation(conversation)
        except AgenciesUnavailable as error:
            _down("cases", error)
            return None
        return tuple(case.code for case in cases)

    async def write(self, code: str, text: str, submission: str) -> Fate:
        try:
            return FATES[await self._cases.write(code, text, submission)]
        except AgenciesUnavailable as error:
            _down("write", error)
            return Fate.DOWN

    async def rate(self, code: str, score: int, words: str) -> Fate:
        try:
            return FATES[await self._cases.rate(code, score, words)]
        except AgenciesUnavailable as error:
            _down("rate", error)
            return Fate.DOWN

    async def reopen(self, code: str, reason: str, submission: str) -> Fate:
        try:
            return FATES[await self._cases.reopen(code, reason, submission)]
        except AgenciesUnavailable as error:
            _down("reopen", error)
            return Fate.DOWN

    async def _called(self, words: str) -> tuple[Choice, ...]:
        """Agencies by their names of today or before, or by what people call them."""
        routes = await self._cases.route(words)
        for reason in NAMING:
            found = [one for one in routes.agencies if reason in one.reasons]
            if found:
                return tuple(Choice(one.code, one.name) for one in found[:MOST_AGENCIES])
        return ()

    async def _listed(self, words: str) -> tuple[Choice, ...]:
        """Agencies with all of these words."""
        found = await self._directory.search(words[:200])
        return tuple(Choice(one.code, one.name) for one in found[:MOST_AGENCIES])

    async def _hand_over(self, request: HandOver) -> Receipt | Refused:
        handed, procedure = await asyncio.gather(
            self._drawer.contents(request.conversation),
            self._procedure(request.matter.procedure),
        )
        if any(not getattr(handed.contact, kind) for kind in request.contact):
            return Refused.CONTACT_GONE  # It lay there for too long.
        receipt = await self._cases.create(_draft(request, handed, procedure))
        if isinstance(receipt, CaseRefused):
            logger.warning("a case was refused: %s", receipt.why)
            return REFUSED.get(receipt.why, Refused.OTHER)
        return _receipt(receipt, handed)

    async def _procedure(self, choice: Choice | None) -> CaseProcedure | None:
        """With what routing needs of the record; the bare procedure when that cannot be had."""
        if choice is None:
            return None
        try:
            response = await self._records.get(f"/procedures/{quote(choice.code, safe='')}")
            response.raise_for_status()
            return _with_record(choice, response.json())
        except (httpx2.HTTPError, ValueError, KeyError, TypeError):
            logger.warning("no record of %s", choice.code)
            return CaseProcedure(choice.code, choice.title)


def _with_record(choice: Choice, record: dict[str, Any]) -> CaseProcedure:
    agencies = record["executing_agencies"]
    return CaseProcedure(
        choice.code,
        choice.title,
        field=next(iter(record["fields"]), ""),
        level=next(iter(record["levels"]), ""),
        agency=agencies[0]["name"] if agencies else "",
    )


def _draft(request: HandOver, handed: Handed, procedure: CaseProcedure | None) -> CaseDraft:
    """Of the drawer's contact only what was given for this; a refused one stays behind."""
    matter = request.matter
    given = {kind: getattr(handed.contact, kind) for kind in request.contact}
    return CaseDraft(
        submission=request.submission,
        conversation=request.conversation,
        channel=request.channel,
        wish=matter.wish.value,
        text=matter.text,
        agency=request.agency,
        category=request.category,
        procedure=procedure,
        place=_place(matter),
        dossier_code=request.dossier_code,
        contact=CaseContact(**given),
        consent=Consent(request.consent_version, request.consent_at),
        attachments=handed.files,
        insisted=request.insisted,
    )


def _place(matter: Matter) -> CasePlace | None:
    known = matter.place or matter.place_name  # A name alone is read by the agencies.
    return CasePlace(matter.place, matter.place_name) if known else None


def _receipt(receipt: CaseReceipt, handed: Handed) -> Receipt:
    return Receipt(
        receipt.code,
        receipt.agency_name,
        reply_due=_day(receipt.reply_due),
        files=len(handed.files),
        duplicate_of=receipt.duplicate_of,
        emptied=handed.upto,
    )


def _report(case: PublicCase) -> CaseReport:
    return CaseReport(
        Fate.DONE,
        state=case.state,
        agency=case.agency,
        received=_day(case.received_at),
        reply_due=_day(case.reply_due),
        forwarded=case.forwarded,
        answer=case.answer,
        answered_by=case.answered_by,
        question=case.question,
        declined=case.declined,
        can_rate=case.can_rate,
        can_reopen=case.can_reopen,
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(ZONE)).date()


def _down(what: str, error: Exception) -> None:
    """Only that it is: an error's words might quote a citizen's."""
    logger.warning("%s: %s", what, type(error).__name__)
