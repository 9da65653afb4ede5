"""What may become a case, and where it is proposed to go."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agencies.attachments import Looked, look
from agencies.cases.kinds import Kind
from agencies.cases.model import Created, NotNow
from agencies.cases.room import CaseRoom
from agencies.cases.routing import Matter, Routing
from agencies.cases.scores import Proposal
from agencies.client import CaseAttachment, CaseDraft, CaseRefused, ProposedAgency, Routes
from agencies.model import Agency
from agencies.store import AgencyStore


class Intake:
    def __init__(self, room: CaseRoom, agencies: AgencyStore) -> None:
        self._room = room
        self._agencies = agencies
        self._routing: tuple[Sequence[Agency], Routing] | None = None

    async def routes(self, draft: CaseDraft) -> Routes:
        """Who may be responsible for what a draft says, of which only the matter is looked at."""
        proposals, names = await self._proposals(draft)
        routing = await self._current()
        return Routes(
            kind=self._room.kinds.of(draft.text),
            category=draft.category or routing.category(draft.text),
            agencies=tuple(
                ProposedAgency(each.agency, names[each.agency], each.reasons) for each in proposals
            ),
        )

    async def create(self, draft: CaseDraft) -> Created | CaseRefused:
        """Make it a case, unless it may not be one."""
        kind = self._room.kinds.of(draft.text)
        if kind is not Kind.FEEDBACK and not draft.insisted:
            return CaseRefused(kind)
        if why := self._missing(draft):
            return CaseRefused(why)
        files = self._looked_at(draft.attachments)
        if files is None:
            return CaseRefused("attachment")
        proposals, _ = await self._proposals(draft)
        proposed = [
            {"agency": each.agency, "score": each.score, "reasons": list(each.reasons)}
            for each in proposals
        ]
        routing: dict[str, Any] = {"proposed": proposed, "confirmed": draft.agency}
        if kind is not Kind.FEEDBACK:
            routing["reads_like"] = kind.value  # Staff look at this one with care.
        draft = replace(draft, attachments=files)
        made = await self._room.cases.create(draft, agency=draft.agency, routing=routing)
        # Who asked to be forgotten took their consent back.
        return CaseRefused("consent") if isinstance(made, NotNow) else made

    def _missing(self, draft: CaseDraft) -> str:
        rules, contact = self._room.rules, draft.contact
        reachable = contact.phone or contact.email or contact.address
        if rules.contact.required and not (contact.name and reachable):
            return "contact"
        if rules.consent.required and draft.consent is None:
            return "consent"
        categories = {category.code for category in rules.categories}
        return "" if not draft.category or draft.category in categories else "category"

    def _looked_at(
        self, attachments: tuple[CaseAttachment, ...]
    ) -> tuple[CaseAttachment, ...] | None:
        """Files told by their bytes, under clean names; None when one of them is not taken."""
        rules = self._room.rules.attachments
        if len(attachments) > rules.most:
            return None
        kept = []
        for file in attachments:
            looked = look(file.name, file.content, most_bytes=rules.bytes_each)
            if not isinstance(looked, Looked):
                return None
            kept.append(CaseAttachment(looked.name, looked.media_type, file.content))
        return tuple(kept)

    async def _proposals(self, draft: CaseDraft) -> tuple[tuple[Proposal, ...], dict[str, str]]:
        routing = await self._current()
        directory = self._routing[0] if self._routing else ()
        return routing.propose(_matter(draft)), {one.code: one.name for one in directory}

    async def _current(self) -> Routing:
        """For the directory as it is now; made anew only when that changed."""
        directory = await self._agencies.agencies()
        if self._routing is None or self._routing[0] != directory:
            self._routing = (directory, Routing(self._room.lexicon, directory))
        return self._routing[1]


def _matter(draft: CaseDraft) -> Matter:
    procedure, place = draft.procedure, draft.place
    return Matter(
        text=draft.text,
        wish=draft.wish,
        category=draft.category,
        procedure_code=procedure.code if procedure else "",
        procedure_title=procedure.title if procedure else "",
        field=procedure.field if procedure else "",
        level=procedure.level if procedure else "",
        executing_agency=procedure.agency if procedure else "",
        place_code=place.code if place else "",
        place_name=place.name if place else "",
    )
