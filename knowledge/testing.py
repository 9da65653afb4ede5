"""Stand-ins for tests of code that asks questions."""

from collections.abc import Sequence

from knowledge.client import Answer


class FakeKnowledge:
    """Gives the same answer to every question and remembers what was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []

    async def answer(
        self, question: str, *, focus: str | None = None, among: Sequence[str] = ()
    ) -> Answer:
        self.asked.append((question, focus, tuple(among)))
        return self._answer
