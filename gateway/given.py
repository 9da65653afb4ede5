"""Files that came with a message: fetched, looked at, and put into the drawer if a form is open."""

import time
from collections import Counter
from collections.abc import Sequence

from gateway.channels.base import Attachment, Channel
from gateway.drawer import Drawer, DrawerFull, NotAsked
from gateway.events import Arrival
from gateway.fetching import Fetching, Unfetched
from gateway.filetypes import clean_name, media_type_of
from gateway.store import UnknownConversation
from gateway.texts import Given

# For all files of one message; the event's lease is longer than this and one more file.
PATIENCE_SECONDS = 25.0


class GivenFiles:
    def __init__(self, fetching: Fetching, drawer: Drawer) -> None:
        self._fetching = fetching
        self._drawer = drawer

    async def keep(
        self, arrival: Arrival, channel: Channel, files: Sequence[Attachment]
    ) -> Counter[Given]:
        """How many of them ended how. The same arrival twice puts each in once."""
        ends: Counter[Given] = Counter()
        begun = time.monotonic()
        for place, file in enumerate(files):
            late = time.monotonic() - begun > PATIENCE_SECONDS
            if ends[Given.FULL]:
                ends[Given.FULL] += 1
            elif late:
                ends[Given.UNFETCHED] += 1
            else:
                key = f"{arrival.channel}:{arrival.key}:{place}"
                ends[await self._keep(arrival.conversation, key, channel, file)] += 1
        return +ends

    async def _keep(self, name: str, key: str, channel: Channel, file: Attachment) -> Given:
        content = await self._fetching.fetch(file.url, channel.file_hosts)
        if isinstance(content, Unfetched):
            too_large = content is Unfetched.TOO_LARGE
            return Given.TOO_LARGE if too_large else Given.UNFETCHED
        media_type = media_type_of(content)
        if not media_type:
            return Given.KIND
        file_name = clean_name(file.name, media_type)
        try:
            await self._drawer.put_file(name, file_name, media_type, content, event_key=key)
        except (NotAsked, UnknownConversation):
            return Given.NOT_ASKED
        except DrawerFull:
            return Given.FULL
        return Given.KEPT
