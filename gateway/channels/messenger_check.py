"""Whether the Page is set up: what an operator is told by `python -m gateway channels check`."""

from collections.abc import Awaitable, Callable

from gateway.channels.base import Finding
from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.messenger_client import MessengerClient, Problem
from gateway.channels.messenger_profile import read_profile, unlike
from gateway.settings import MessengerSettings

# What must come, and what else is worth ticking, on the app's page of webhooks.
NEEDED = ("messages", "messaging_postbacks", "message_echoes")
USEFUL = ("messaging_referrals", "message_reactions", "standby")
TOKEN_INVALID = 190

Look = Callable[[MessengerClient, MessengerSettings], Awaitable[Finding]]


async def findings(client: MessengerClient, settings: MessengerSettings) -> tuple[Finding, ...]:
    if settings.missing:
        missing = ", ".join(settings.missing)
        return (Finding("settings", "fault", f"not set: {missing}"),)
    looks: dict[str, Look] = {
        "page token": _token,
        "webhook fields": _fields,
        "menu and greeting": _profile,
    }
    found = [await _asked(subject, look, client, settings) for subject, look in looks.items()]
    return (Finding("settings", "ok", f"page {settings.page_id}"), *found, _person(settings))


async def _asked(
    subject: str, look: Look, client: MessengerClient, settings: MessengerSettings
) -> Finding:
    try:
        return await look(client, settings)
    except Problem as problem:
        why = "the token is not valid" if problem.code == TOKEN_INVALID else "Meta refuses"
        return Finding(subject, "fault", f"{why}: {problem}")
    except (Unreachable, NoAnswer) as error:
        return Finding(subject, "fault", f"Meta does not answer: {error}")


async def _token(client: MessengerClient, settings: MessengerSettings) -> Finding:
    page = await client.page()
    if str(page.get("id")) != settings.page_id:
        return Finding("page token", "fault", f"belongs to {page.get('id')}, not to the Page")
    return Finding("page token", "ok", f"valid for {page.get('name', '')}".rstrip())


async def _fields(client: MessengerClient, settings: MessengerSettings) -> Finding:
    known = await client.subscribed_fields()
    missing = [name for name in NEEDED if name not in known]
    if missing:
        return Finding("webhook fields", "fault", f"not subscribed: {', '.join(missing)}")
    useful = [name for name in USEFUL if name not in known]
    if useful:
        return Finding("webhook fields", "warning", f"worth subscribing: {', '.join(useful)}")
    return Finding("webhook fields", "ok", ", ".join(known))


async def _profile(client: MessengerClient, settings: MessengerSettings) -> Finding:
    other = await unlike(client, read_profile())
    if other:
        hint = f"{', '.join(other)}: run `python -m gateway messenger profile`"
        return Finding("menu and greeting", "warning", hint)
    return Finding("menu and greeting", "ok", "as in messenger_profile.yml")


def _person(settings: MessengerSettings) -> Finding:
    if settings.human_agent:
        days = f"what staff write may go out for {settings.person_days:g} days"
        return Finding("human agent", "ok", f"{days}; Meta must have granted the feature")
    hours = f"after {settings.window_hours:g} hours what staff write waits for the citizen"
    return Finding("human agent", "warning", f"off: {hours}")
