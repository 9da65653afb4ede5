"""Files that a citizen adds to a report on the portal: a photograph, a scan, a PDF."""

from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath
from pydantic import BaseModel

from gateway.bodies import read_body
from gateway.channels.base import RejectedWebhook
from gateway.channels.portal import refuse_other_sites
from gateway.drawer import DrawerFull, Kept, NotAsked
from gateway.filetypes import clean_name, media_type_of
from gateway.inbox import Refused
from gateway.parts import Parts
from gateway.session import token_in, user_of
from gateway.store import UnknownConversation
from gateway.texts import Refusal

LARGEST_ID = 2**31 - 1


class KeptFile(BaseModel):
    id: int
    name: str
    size: int


class FilesApi:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def put(self, request: Request, name: str = Query(max_length=500)) -> KeptFile:
        """Keep the body of the request as a file, until the case is made."""
        conversation = self._conversation(request)
        await self._refuse_flood(request)
        content = await self._content(request)
        media_type = media_type_of(content)
        if not media_type:
            raise Refused(Refusal.FILE_KIND)
        try:
            kept = await self._parts.drawer.put_file(
                conversation, clean_name(name, media_type), media_type, content
            )
        except UnknownConversation as error:
            raise Refused(Refusal.NOT_FOUND) from error
        except NotAsked as error:
            raise Refused(Refusal.FILE_NOT_ASKED) from error
        except DrawerFull as error:
            raise Refused(Refusal.FILES_TOO_MANY) from error
        return _file(kept)

    async def all(self, request: Request) -> list[KeptFile]:
        """What is kept so far."""
        kept = await self._parts.drawer.files(self._conversation(request))
        return [_file(one) for one in kept]

    async def remove(self, request: Request, id: int = InPath(ge=1, le=LARGEST_ID)) -> Response:
        await self._parts.drawer.take_out(self._conversation(request), id)
        return Response(status_code=204)

    def _conversation(self, request: Request) -> str:
        try:
            refuse_other_sites(request.headers)
        except RejectedWebhook as error:
            raise Refused(Refusal.OTHER_SITE) from error
        token = token_in(request.headers)
        if token is None:
            raise Refused(Refusal.NOT_FOUND)
        return f"{self._parts.portal.name}:{user_of(token)}"

    async def _refuse_flood(self, request: Request) -> None:
        address = request.client.host if request.client else ""
        seconds = await self._parts.rates.seconds_to_wait_for_address(address)
        seconds = seconds or await self._parts.rates.seconds_to_wait_for_session(
            f"files:{self._conversation(request)}"
        )
        if seconds:
            raise Refused(Refusal.TOO_MANY, seconds=seconds)

    async def _content(self, request: Request) -> bytes:
        content = await read_body(request, self._parts.settings.file_bytes)
        if content is None:
            raise Refused(Refusal.FILE_TOO_LARGE)
        return content


def routes(parts: Parts) -> APIRouter:
    api = FilesApi(parts)
    router = APIRouter(prefix="/web/v1", tags=["portal"])
    raw: dict[str, Any] = {"requestBody": {"required": True, "content": {"*/*": {}}}}
    router.post("/files", status_code=201, openapi_extra=raw)(api.put)
    router.get("/files")(api.all)
    router.delete("/files/{id}", status_code=204)(api.remove)
    return router


def _file(kept: Kept) -> KeptFile:
    return KeptFile(id=kept.id, name=kept.name, size=kept.size)
