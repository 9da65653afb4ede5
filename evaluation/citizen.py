"""One who asks through the portal, as many questions as a session allows."""

import httpx2

from gateway.client import GatewayClient, NotTaken

TURNS_OF_A_CITIZEN = 5


class Citizen:
    """Asks a few questions, then comes back as another, as citizens do; a session is limited."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._asked = 0
        self._come()

    async def ask(self, question: str) -> bool:
        if self._asked == TURNS_OF_A_CITIZEN:
            await self.leave()
            self._come()
        self._asked += 1
        try:
            return bool(await self._client.ask(question))
        except (NotTaken, TimeoutError, httpx2.HTTPError):
            return False

    async def leave(self) -> None:
        await self._http.aclose()

    def _come(self) -> None:
        self._asked = 0
        self._http = httpx2.AsyncClient(base_url=self._url, timeout=30)
        self._client = GatewayClient(self._http)
