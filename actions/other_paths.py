"""What the bot does with messages that ask nothing of the catalogue."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from actions.case_paths import CasePaths
from actions.case_replies import CaseReplies
from actions.dossier import DossierFate, DossierStatus
from actions.ends import finish, offer_handover
from actions.escalation import Wish
from actions.inquiry import Inquiry
from actions.report import Step
from actions.report_path import ReportForm
from actions.thread import Thread, Waiting
from actions.turn import Turn
from knowledge.client import AnswerStatus, Aspect

Path = Callable[[Turn], Awaitable[Thread]]


def says(response: str, *buttons: str) -> Path:
    """A path that only says something."""

    async def path(turn: Turn) -> Thread:
        turn.speaker.say(response, buttons=buttons)
        return turn.thread

    return path


async def solved(turn: Turn) -> Thread:
    turn.speaker.say("utter_solved")
    return replace(turn.thread, misunderstood=0)


async def not_solved(turn: Turn) -> Thread:
    turn.speaker.say("utter_not_solved")
    return offer_handover(turn.thread, turn.speaker)


async def restart(turn: Turn) -> Thread:
    """What was written to an agency is not thrown away by a word that was misread."""
    report = turn.thread.report
    if report and report.is_open:
        turn.speaker.say("utter_restart_surely", buttons=["restart_surely", "report_continue"])
        return replace(turn.thread, waiting_for=Waiting.RESTART)
    return await restart_surely(turn)


async def restart_surely(turn: Turn) -> Thread:
    turn.speaker.say("utter_restart")
    turn.speaker.note_drawer("contact", "files")
    turn.speaker.note_asked("")
    return replace(turn.thread, begun_anew=True)


class Escalating:
    """Begins the form with which a wish is passed on to those who can help."""

    def __init__(self, form: ReportForm, wish: Wish) -> None:
        self._form = form
        self._wish = wish

    async def __call__(self, turn: Turn) -> Thread:
        report = turn.thread.report
        if not report or not report.is_open:
            return await self._form.begin(turn, self._wish)
        if self._wish is not Wish.PERSON:
            return await self._form.ask_again(turn)
        turn.speaker.say("utter_report_person")  # The form is offered again.
        return turn.thread


class Reporting:
    """An answer in the open form, or words to a case."""

    def __init__(self, form: ReportForm, cases: CasePaths, replies: CaseReplies) -> None:
        self._form = form
        self._cases = cases
        self._replies = replies

    async def __call__(self, turn: Turn) -> Thread:
        report = turn.thread.report
        if report and report.step is Step.REASON:
            return await self._cases.reason(turn)
        if report and report.step is Step.REPLY:
            return await self._replies.reply(turn)
        return await self._form.go_on(turn)


class DossierPaths:
    """Where is my dossier: by its code, in the province's system if there is one."""

    def __init__(self, dossiers: DossierStatus | None) -> None:
        self._dossiers = dossiers

    async def ask_code(self, turn: Turn) -> Thread:
        return self._waits(turn, "utter_dossier_ask_code")

    async def bad_code(self, turn: Turn) -> Thread:
        return self._waits(turn, "utter_dossier_bad_code")

    async def no_code(self, turn: Turn) -> Thread:
        turn.speaker.say("utter_dossier_no_code")
        return turn.thread

    async def look_up(self, turn: Turn) -> Thread:
        if not self._dossiers:
            return self._waits(turn, "")
        code = turn.meaning.text
        report = await self._dossiers.look_up(code)
        if report.fate is DossierFate.UNKNOWN:
            return self._waits(turn, "utter_dossier_unknown", code=code)
        if report.fate is DossierFate.DOWN:
            turn.speaker.say("utter_dossier_down")
            return turn.thread
        facts = "\n".join(f"- {label}: {value}" for label, value in report.facts)
        turn.speaker.say("utter_dossier_found", code=code, facts=facts)
        return turn.thread

    def _waits(self, turn: Turn, response: str, **values: str) -> Thread:
        """Say it and wait for a code, if one could be looked up at all."""
        if not self._dossiers:
            turn.speaker.say("utter_dossier_not_connected")
            return turn.thread
        turn.speaker.say(response, **values)
        return replace(turn.thread, waiting_for=Waiting.DOSSIER_CODE)


class CalmingDown:
    """Insults: once a calm word, then a short one; what is asked among them is answered."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    async def __call__(self, turn: Turn) -> Thread:
        found = await self._inquiry.ask(turn.message.text, turn.thread.leaving())
        asked = found.answer.aspects not in ((), (Aspect.OVERVIEW,))
        if found.answer.status is AnswerStatus.ANSWERED and asked:
            return finish(found, turn)
        turn.speaker.say("utter_abuse_again" if turn.thread.abused else "utter_abuse")
        return replace(turn.thread, abused=True)
