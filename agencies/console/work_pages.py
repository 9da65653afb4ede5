"""All pages about cases, put together."""

from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.templating import Jinja2Templates

from agencies.console import (
    case_pages,
    file_pages,
    live_pages,
    queue_pages,
    ready_pages,
    talk_pages,
)
from agencies.console.export import Words
from agencies.console.work_room import WorkRoom
from vietnamese.workdays import ZONE


def install(app: FastAPI, templates: Jinja2Templates, room: WorkRoom) -> None:
    """Add them; whoever has none of the staff permissions they ask for sees none of them."""
    templates.env.filters["moment"] = moment
    categories = {one.code: one.name for one in room.rules.categories}
    words = Words.load(categories=categories)
    app.include_router(queue_pages.routes(templates, room, words))
    app.include_router(file_pages.routes(room))
    app.include_router(talk_pages.routes(templates, room))
    app.include_router(case_pages.routes(templates, room))
    app.include_router(live_pages.routes(room))
    app.include_router(ready_pages.routes(templates, room))


def moment(at: datetime | str) -> str:
    """A moment as people in Vietnam write it; another process may send it as text.

    >>> moment("2026-11-22T03:00:00+00:00")
    '22/11/2026 10:00'
    """
    read = datetime.fromisoformat(at) if isinstance(at, str) else at
    return read.astimezone(ZoneInfo(ZONE)).strftime("%d/%m/%Y %H:%M")
