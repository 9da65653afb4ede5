"""The citizen's thread as Server-Sent Events: what there is, then what comes."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import structlog
from prometheus_client import Gauge
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import ServerSentEvent

from gateway.conversation import Author, Item
from gateway.signals import Signals, wait
from gateway.store import Store, UnknownConversation

log = structlog.get_logger()

RECONNECT_MILLISECONDS = 2000
# The page need not know which part of the program speaks to it.
SENDERS = {
    Author.CITIZEN: "citizen",
    Author.BOT: "assistant",
    Author.NOTICE: "assistant",
    Author.STAFF: "staff",
}


async def thread_events(
    store: Store,
    signals: Signals,
    conversation: str,
    *,
    after: int,
    poll_seconds: float,
    open_streams: Gauge,
) -> AsyncIterator[ServerSentEvent]:
    """`message` with its place as id, `typing` when that changes, `ready` once, `gone` at the end.

    Everything said is read from the database, so that a page may listen on any replica.
    """
    typing: bool | None = None
    ready = False
    with open_streams.track_inprogress(), signals.listen(conversation) as news:
        while True:
            try:
                thread = await store.read_thread(conversation, after)
            except UnknownConversation:
                yield nothing_here()
                return
            except SQLAlchemyError as error:
                log.error("stream.database", error=type(error).__name__)
                return  # The page comes back by itself.
            for item in thread.items:
                after = item.sequence
                yield _event("message", message(item), id=str(after))
            if thread.pending != typing:
                typing = thread.pending
                yield _event("typing", {"on": typing})
            if not ready:
                ready = True
                yield _event("ready", {}, retry=RECONNECT_MILLISECONDS)
            await wait(news, poll_seconds)


def nothing_here() -> ServerSentEvent:
    """There is no conversation to listen to: the page forgets what it shows and stops asking."""
    return _event("gone", {})


def message(item: Item) -> dict[str, Any]:
    """An item of the thread on the wire; gateway.client and the page read this."""
    reply = asdict(item.reply)
    return {
        "id": item.sequence,
        "sender": SENDERS[item.author],
        "text": reply["text"],
        "buttons": reply["buttons"],
        "link": reply["link"],
        "status": reply["status"],
        "code": reply["code"],
        "checklist": reply["checklist"],
        "rateable": reply["rateable"],
        "by": reply["by"],
        "case": reply["case"],
        "answers_case": reply["answers_case"],
        "asks": reply["asks"],
        "client_id": item.message_id or None,
        "at": item.at.isoformat(timespec="seconds"),
    }


def _event(name: str, data: dict[str, Any], **fields: Any) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, **fields)
