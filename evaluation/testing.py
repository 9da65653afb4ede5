"""Stand-ins for tests: a service that ranks by a script."""

from collections.abc import Mapping, Sequence

from evaluation.asking import BEST
from knowledge.client import Answer, AnswerStatus, Choice, Hit, Ranking
from vietnamese.text import has_diacritics

Script = Mapping[str, Sequence[str]]


class ScriptedKnowledge:
    """Ranks by a table of questions and codes, and answers with the first; remembers what it was
    asked. A stage may have a table of its own.
    """

    def __init__(self, script: Script, **stages: Script) -> None:
        self._script = script
        self._stages = stages
        self.asked: list[tuple[str, str, tuple[str, ...]]] = []

    async def search(
        self, question: str, *, limit: int = 10, by: str = BEST, earlier: Sequence[str] = ()
    ) -> Ranking:
        self.asked.append((question, by, tuple(earlier)))
        codes = self._stages.get(by, self._script).get(question, ())
        return ranking(
            *codes[:limit], kind="accented" if has_diacritics(question) else "unaccented"
        )

    async def answer(self, question: str, *, earlier: Sequence[str] = ()) -> Answer:
        self.asked.append((question, "answer", tuple(earlier)))
        codes = self._script.get(question)
        if not codes:
            return Answer(AnswerStatus.UNANSWERED_NO_MATCH, version="v1")
        return Answer(AnswerStatus.ANSWERED, Choice(codes[0], ""), version="v1")


def ranking(*codes: str, known: float = 0.9, kind: str = "accented") -> Ranking:
    """A ranking whose scores are twice the likeness less the distance."""
    hits = []
    for place, code in enumerate(codes):
        signals = {"likeness": 1 - place / 10, "elsewhere": place / 100}
        score = 2 * signals["likeness"] - signals["elsewhere"]
        hits.append(Hit(code, f"Title of {code}", score, 0.5 ** (place + 1), signals))
    return Ranking(tuple(hits), known, kind)
