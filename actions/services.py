"""What the actions need, read once from the environment."""

from collections.abc import Mapping
from pathlib import Path as File

import httpx2
from rasa_sdk import Action

from actions.case_paths import CasePaths
from actions.case_replies import CaseReplies
from actions.catalogue_paths import CataloguePaths
from actions.choices import ChoiceReader
from actions.content import Content
from actions.dossier import SETTINGS, DossierCodes, DossierStatus, read_settings
from actions.dossier_http import HttpDossierStatus
from actions.drawer_http import Drawer, HttpDrawer, NoDrawer
from actions.escalation import Escalation, NoEscalation, Wish
from actions.escalation_http import HttpEscalation
from actions.inquiry import Inquiry
from actions.meaning import MeaningReader, Move
from actions.other_paths import (
    CalmingDown,
    DossierPaths,
    Escalating,
    Path,
    Reporting,
    not_solved,
    restart,
    restart_surely,
    says,
    solved,
)
from actions.reply import GOING_ON, NAMES, Manner, Reply
from actions.report_asking import Asking
from actions.report_path import ReportForm
from actions.report_reading import ReportReader
from actions.words import Words
from agencies.client import AgenciesClient, CasesClient
from knowledge.client import Knowledge, KnowledgeClient

SECONDS = 5  # The gateway waits ten for the whole turn, which may ask the catalogue twice.


def knowledge(environment: Mapping[str, str]) -> KnowledgeClient:
    """The knowledge service at KNOWLEDGE_URL."""
    url = environment.get("KNOWLEDGE_URL") or "http://127.0.0.1:8001"
    return KnowledgeClient(httpx2.AsyncClient(base_url=url, timeout=SECONDS))


def manner(environment: Mapping[str, str]) -> Manner:
    """The number that answers point to, how long the bot remembers and how much it says at once."""
    return Manner(
        hotline=environment.get("HOTLINE") or "1800 1096",
        focus_minutes=float(environment.get("FOCUS_MINUTES") or 60),
        answer_length=int(environment.get("ANSWER_LENGTH") or 1_500),
    )


def dossier_codes(environment: Mapping[str, str]) -> DossierCodes:
    """How a code looks: DOSSIER_CODE_PATTERN, or the settings file."""
    file = File(environment.get("DOSSIER_SETTINGS") or SETTINGS)
    return DossierCodes.load(environment.get("DOSSIER_CODE_PATTERN") or "", file)


def dossiers(environment: Mapping[str, str]) -> DossierStatus | None:
    """The province's system at DOSSIER_URL; None when there is none."""
    address = environment.get("DOSSIER_URL")
    if not address:
        return None
    header, token = environment.get("DOSSIER_TOKEN_HEADER"), environment.get("DOSSIER_TOKEN")
    http = httpx2.AsyncClient(
        headers={header or "Authorization": token} if token else {},
        timeout=float(environment.get("DOSSIER_TIMEOUT_SECONDS") or 4),
    )
    file = File(environment.get("DOSSIER_SETTINGS") or SETTINGS)
    return HttpDossierStatus(http, address, read_settings(file)["facts"])


def escalation(environment: Mapping[str, str]) -> Escalation:
    """The agencies service at AGENCIES_URL; nothing is passed on without one."""
    url = environment.get("AGENCIES_URL")
    if not url:
        return NoEscalation()
    http = httpx2.AsyncClient(base_url=url, timeout=SECONDS)
    cases = CasesClient(http, environment.get("AGENCIES_API_TOKEN") or "")
    records = environment.get("KNOWLEDGE_URL") or "http://127.0.0.1:8001"
    return HttpEscalation(
        cases,
        AgenciesClient(http),
        httpx2.AsyncClient(base_url=records, timeout=SECONDS),
        drawer(environment),
    )


def drawer(environment: Mapping[str, str]) -> Drawer:
    """What citizens handed over beside the conversation, at GATEWAY_URL."""
    token = environment.get("GATEWAY_STAFF_TOKEN")
    if not token:
        return NoDrawer()  # The gateway would not open it.
    url = environment.get("GATEWAY_URL") or "http://127.0.0.1:8000"
    headers = {"Authorization": f"Bearer {token}"}
    return HttpDrawer(httpx2.AsyncClient(base_url=url, headers=headers, timeout=SECONDS))


def contact_required(environment: Mapping[str, str]) -> bool:
    """CONTACT_REQUIRED: whether a report may be sent without a way to reach its sender."""
    return (environment.get("CONTACT_REQUIRED") or "").lower() in ("1", "true", "yes")


def tracking(environment: Mapping[str, str]) -> str:
    """TRACKING_URL: the page where citizens see where their case stands; "" when there is none."""
    return environment.get("TRACKING_URL") or ""


def all_actions(
    knowledge: Knowledge,
    *,
    manner: Manner,
    codes: DossierCodes | None = None,
    dossiers: DossierStatus | None = None,
    escalation: Escalation | None = None,
    contact_required: bool = False,
    tracking: str = "",
) -> list[Action]:
    """Every action the domain names."""
    words, choices, asking = Words.load(), ChoiceReader.load(), Asking.load(tracking=tracking)
    content = Content(words)
    codes, escalation = codes or DossierCodes.load(), escalation or NoEscalation()
    first = ReportReader(choices, words)
    reader = MeaningReader(choices, words, codes, first=first)
    inquiry = Inquiry(knowledge, choices)
    form = ReportForm(
        escalation,
        asking,
        choices=choices,
        words=words,
        codes=codes,
        contact_required=contact_required,
    )
    paths = {
        **catalogue_paths(CataloguePaths(inquiry, choices, words)),
        **other_paths(inquiry, dossiers),
        **case_paths(
            form,
            CasePaths(escalation, asking, content, words),
            CaseReplies(escalation, asking, content, words),
        ),
    }
    read = dict.fromkeys(NAMES, reader.read) | {GOING_ON: first}
    return [
        Reply(name, look, paths, words=words, asking=asking, manner=manner)
        for name, look in read.items()
    ]


def catalogue_paths(catalogue: CataloguePaths) -> dict[Move, Path]:
    return {
        Move.ASK: catalogue.ask,
        Move.PICK: catalogue.pick,
        Move.ALL_CASES: catalogue.all_cases,
        Move.UNSURE: catalogue.unsure,
        Move.NO_LIST: says("utter_nothing_to_choose"),
        Move.YES: catalogue.yes,
        Move.NO: catalogue.no,
        Move.CORRECT: catalogue.correct,
        Move.BACK: catalogue.back,
        Move.COMPARE: catalogue.compare,
        Move.MORE: catalogue.more,
    }


def case_paths(form: ReportForm, cases: CasePaths, replies: CaseReplies) -> dict[Move, Path]:
    return {
        Move.PASS_ON: Escalating(form, Wish.QUESTION),
        Move.FEEDBACK: Escalating(form, Wish.FEEDBACK),
        Move.PERSON: Escalating(form, Wish.PERSON),
        Move.REPORT: Reporting(form, cases, replies),
        Move.REPORT_LEAVE: form.leave,
        Move.CASE_STATUS: cases.status,
        Move.RATE_CASE: cases.rate,
        Move.REOPEN_CASE: cases.reopen,
        Move.CASE_BAD_CODE: cases.bad_code,
        Move.REPLY_TO_AGENCY: replies.asked,
        Move.WRITE_TO_CASE: replies.more,
        Move.INSIST: form.insist,
    }


def other_paths(inquiry: Inquiry, dossiers: DossierStatus | None) -> dict[Move, Path]:
    dossier = DossierPaths(dossiers)
    return {
        Move.SOLVED: solved,
        Move.NOT_SOLVED: not_solved,
        Move.DOSSIER: dossier.ask_code,
        Move.DOSSIER_CODE: dossier.look_up,
        Move.DOSSIER_BAD_CODE: dossier.bad_code,
        Move.DOSSIER_NO_CODE: dossier.no_code,
        Move.PASS_NOT_ON: says("utter_handover_declined"),
        Move.HELP: says("utter_help"),
        Move.GOODBYE: says("utter_goodbye"),
        Move.ABUSE: CalmingDown(inquiry),
        Move.OUT_OF_SCOPE: says("utter_out_of_scope"),
        Move.COMPLAINT: says("utter_complaint", "report_insist"),
        Move.RESTART: restart,
        Move.RESTART_SURELY: restart_surely,
    }
