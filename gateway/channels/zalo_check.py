"""What `channels check` tells of the Zalo account: settings, token, account, webhook."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from gateway.channels.base import Finding
from gateway.channels.calling import NoAnswer, Unreachable
from gateway.channels.zalo_client import Answer, Unavailable, ZaloClient
from gateway.settings import ZaloSettings
from gateway.tokens import NoToken, TokenLater, Tokens

SOON = timedelta(days=14)
KINDS = {"2": "business", "4": "government"}


async def findings(
    settings: ZaloSettings, client: ZaloClient, tokens: Tokens, *, now: datetime
) -> tuple[Finding, ...]:
    return (
        _settings(settings),
        *await _token(tokens, now),
        *await _account(settings, client, tokens, now),
        await _webhook(settings, tokens),
        _template(settings),
    )


def names_account(data: dict[str, Any], oa_id: str) -> bool:
    """The field has two names in what is known of Zalo's pages."""
    return oa_id in (str(data.get("oa_id", "")), str(data.get("oaid", "")))


def _settings(settings: ZaloSettings) -> Finding:
    if settings.missing:
        return Finding("settings", "fault", f"missing: {', '.join(settings.missing)}")
    return Finding("settings", "ok", f"account {settings.oa_id}, app {settings.app_id}")


async def _token(tokens: Tokens, now: datetime) -> tuple[Finding, ...]:
    state = await tokens.state()
    if state is None:
        return (Finding("token", "fault", "none: run `python -m gateway zalo tokens`"),)
    hours = (now - state.fetched_at) / timedelta(hours=1)
    detail = f"{hours:.1f} hours old, good until {state.expires_at:%Y-%m-%d %H:%M} UTC"
    if state.fault:
        detail += f"; cannot be replaced ({state.fault}): run `python -m gateway zalo tokens`"
        return (Finding("token", "fault", detail),)
    return (Finding("token", "warning" if state.expires_at <= now else "ok", detail),)


async def _account(
    settings: ZaloSettings, client: ZaloClient, tokens: Tokens, now: datetime
) -> tuple[Finding, ...]:
    try:
        answer = await client.account(await tokens.access())
    except (NoToken, TokenLater):
        return (Finding("account", "fault", "not asked: there is no valid token"),)
    except (Unreachable, NoAnswer, Unavailable) as error:
        return (Finding("account", "warning", f"Zalo did not answer: {type(error).__name__}"),)
    return tuple(_of_account(settings, answer, now))


def _of_account(settings: ZaloSettings, answer: Answer, now: datetime) -> Iterator[Finding]:
    data = answer.data
    if answer.code:
        yield Finding("account", "fault", f"Zalo refused with error {answer.code}")
        return
    if not names_account(data, settings.oa_id):
        yield Finding("account", "fault", "the token is another account's")
        return
    kind = KINDS.get(str(data.get("oa_type")), "other")
    verified = bool(data.get("is_verified"))
    yield Finding("account", "ok", f"{settings.oa_id}, {kind}")
    yield Finding("verified", "ok" if verified else "fault", "yes" if verified else "no")
    yield _package(data, now)


def _package(data: dict[str, Any], now: datetime) -> Finding:
    """The API needs a paid package."""
    name, until = str(data.get("package_name") or ""), _day(data.get("package_valid_through_date"))
    if not name:
        return Finding("package", "warning", "Zalo names none")
    if until is None:
        return Finding("package", "ok", name)
    detail = f"{name} until {until:%Y-%m-%d}"
    if until < now.date():
        return Finding("package", "fault", detail)
    return Finding("package", "warning" if until < (now + SOON).date() else "ok", detail)


def _day(written: Any) -> date | None:
    try:
        return datetime.strptime(str(written), "%d/%m/%Y").date()
    except ValueError:
        return None


async def _webhook(settings: ZaloSettings, tokens: Tokens) -> Finding:
    state = await tokens.state()
    last = state.signature if state else ""
    if not last:
        return Finding("webhook", "warning", "no genuine call yet")
    pinned = "pinned" if settings.signature != "auto" else f"pin it: ZALO_SIGNATURE={last}"
    return Finding("webhook", "ok", f"last call signed as {last} ({pinned})")


def _template(settings: ZaloSettings) -> Finding:
    if settings.template_id:
        return Finding("template", "ok", settings.template_id)
    return Finding("template", "warning", "none: late answers wait for the citizen")
