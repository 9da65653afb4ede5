"""The checklist of an answer as a PDF, for whoever was given the answer and for nobody else."""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath

from gateway.channels.base import RejectedWebhook
from gateway.channels.portal import refuse_other_sites
from gateway.conversation import Item
from gateway.inbox import Refused
from gateway.messages import Checklist
from gateway.parts import Parts
from gateway.session import token_in, user_of
from gateway.store import NothingTold, UnknownConversation
from gateway.texts import Refusal

LARGEST_PLACE = 2**31 - 1


class ChecklistApi:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._printing = asyncio.Semaphore(1)  # Answers are to come before paper.

    async def pdf(self, request: Request, place: int = InPath(ge=1, le=LARGEST_PLACE)) -> Response:
        """The list that stands at this place of the caller's own conversation."""
        user = self._user(request)
        await self._refuse_hurry(user)
        told = await self._told(user, place)
        checklist = _checklist(told)
        printer = self._parts.printer
        async with self._printing:
            body = await asyncio.to_thread(printer.print, checklist, at=told.at)
        name = printer.filename(checklist)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type="application/pdf", headers=headers)

    def _user(self, request: Request) -> str:
        try:
            refuse_other_sites(request.headers)
        except RejectedWebhook as error:
            raise Refused(Refusal.OTHER_SITE) from error
        token = token_in(request.headers)
        if token is None:
            raise Refused(Refusal.NOT_FOUND)
        return user_of(token)

    async def _refuse_hurry(self, user: str) -> None:
        """Apart from the messages: printing must not use up what one may ask."""
        seconds = await self._parts.rates.seconds_to_wait_for_session(f"pdf:{user}")
        if seconds:
            raise Refused(Refusal.TOO_MANY, seconds=seconds)

    async def _told(self, user: str, place: int) -> Item:
        try:
            return await self._parts.store.read_told(f"{self._parts.portal.name}:{user}", place)
        except (UnknownConversation, NothingTold) as error:
            raise Refused(Refusal.NOT_FOUND) from error


def routes(parts: Parts) -> APIRouter:
    api = ChecklistApi(parts)
    router = APIRouter(prefix="/web/v1", tags=["portal"])
    router.get("/checklists/{place}.pdf", response_class=Response)(api.pdf)
    return router


def _checklist(told: Item) -> Checklist:
    if told.reply.checklist is None:
        raise Refused(Refusal.NOT_FOUND)
    return told.reply.checklist
