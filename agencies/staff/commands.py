"""Accounts from the command line: how the first administrator comes to be, and the way back in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import sqlalchemy as sa
import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from agencies.database import is_current, open_engine
from agencies.settings import Settings
from agencies.staff import audit, totp
from agencies.staff.accounts import Draft, Hashed
from agencies.staff.model import Role, Staff
from agencies.staff.passwords import Weakness, generate
from agencies.staff.room import StaffRoom, open_room
from agencies.staff.scope import Scope
from agencies.staff.settings import StaffSettings
from agencies.tables import agency

staff_app = typer.Typer(no_args_is_help=True, help="The accounts of the console.")
audit_app = typer.Typer(no_args_is_help=True, help="Who did or read what.")

Result = TypeVar("Result")
Username = Annotated[str, typer.Argument(help="The name to log in with.")]
Asked = Annotated[bool, typer.Option("--ask-password", help="Type it, instead of a generated one.")]


@staff_app.command()
def add(
    username: Username,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="Full name, as citizens read it under answers.")],
    agency_code: Annotated[
        str, typer.Option("--agency", help="Code in the directory; for clerks and heads.")
    ] = "",
    sso_subject: Annotated[str, typer.Option(help="Their `sub` at the province's SSO.")] = "",
    sso_only: Annotated[bool, typer.Option("--sso-only", help="Without a password.")] = False,
    ask_password: Asked = False,
) -> None:
    """Make an account. A generated password is printed once and has to be changed at first use."""
    if sso_only and not sso_subject:
        _refuse("--sso-only needs --sso-subject")
    password = "" if sso_only else _password(ask=ask_password)

    async def work(room: StaffRoom) -> Staff:
        agency_id = await _agency_id(room, agency_code)
        draft = Draft(username, name, role, agency_id, sso_subject)
        hashed = await _hashed(room, username, password) if password else None
        async with room.act() as act:
            made = await room.accounts.add(draft, hashed, must_change=not ask_password, on=act)
            if not isinstance(made, Staff):
                _refuse(f"no account was made: {made}")
            await _note(act, "staff.added", made, role=made.role, agency=made.agency_id)
        return made

    made = _with_room(work)
    typer.echo(f"{made.username}: {made.role}, account {made.id}")
    _show(password, ask=ask_password)


@staff_app.command("list")
def show_all() -> None:
    """Print every account."""

    async def work(room: StaffRoom) -> tuple[Staff, ...]:
        return await room.accounts.all(Scope.everything())

    for one in _with_room(work):
        states = [
            "active" if one.active else "deactivated",
            *(["second factor"] if one.has_totp else []),
            *(["sso"] if one.oidc_subject else []),
        ]
        where = f"agency {one.agency_id}" if one.agency_id else "whole province"
        typer.echo("\t".join((one.username, one.role, where, one.full_name, ", ".join(states))))


@staff_app.command()
def deactivate(username: Username) -> None:
    """Nobody logs in with it any more, and whoever is signed in with it is out."""

    async def work(room: StaffRoom) -> None:
        account = await _account(room, username)
        async with room.act() as act:
            if fault := await room.accounts.deactivate(account.id, on=act):
                _refuse(f"not deactivated: {fault}")
            await room.sessions.end_all(account.id, on=act)
            await _note(act, "staff.deactivated", account)

    _with_room(work)
    typer.echo(f"{username}: deactivated")


@staff_app.command()
def activate(username: Username) -> None:
    """Let it log in again; also ends a lock-out."""

    async def work(room: StaffRoom) -> None:
        account = await _account(room, username)
        async with room.act() as act:
            await room.accounts.activate(account.id, on=act)
            await _note(act, "staff.activated", account)

    _with_room(work)
    typer.echo(f"{username}: active")


@staff_app.command("reset-password")
def reset_password(
    username: Username,
    ask_password: Asked = False,
    without_second_factor: Annotated[
        bool, typer.Option("--without-second-factor", help="Of somebody who lost their telephone.")
    ] = False,
) -> None:
    """Give a new password, end every session and the lock-out."""
    password = _password(ask=ask_password)

    async def work(room: StaffRoom) -> None:
        account = await _account(room, username)
        hashed = await _hashed(room, account.username, password)
        must_change, kept = not ask_password, not without_second_factor
        async with room.act() as act:
            await room.accounts.set_password(account.id, hashed, must_change=must_change, on=act)
            if without_second_factor:
                await totp.turn_off(act, account.id)
            await room.sessions.end_all(account.id, on=act)
            await _note(act, "staff.password_reset", account, second_factor=kept)

    _with_room(work)
    typer.echo(f"{username}: new password")
    _show(password, ask=ask_password)


@audit_app.command()
def verify(
    noted: Annotated[
        str, typer.Option(help="ID:HASH as printed before and kept outside of this database.")
    ] = "",
) -> None:
    """Walk the whole chain; exit code 1 when something was changed or is missing."""
    number, _, known = noted.partition(":")
    if noted and not (number.isdigit() and known):
        _refuse("--noted is like 1200:9f86d081...")

    async def work(room: StaffRoom) -> audit.Verdict:
        return await audit.verify(room.engine, noted=(int(number), known) if noted else None)

    verdict = _with_room(work)
    if verdict.fault:
        typer.echo(f"TAMPERED: {verdict.fault}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{verdict.entries} entries, nothing changed; the end: ", nl=False)
    typer.echo(f"{verdict.entries}:{verdict.last_hash}")


def _with_room(work: Callable[[StaffRoom], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        engine = open_engine(Settings().database_url)
        try:
            if not await is_current(engine):
                _refuse("the database is not up to date: run `python -m agencies migrate`")
            return await work(open_room(engine, StaffSettings()))
        finally:
            await engine.dispose()

    return asyncio.run(run())


async def _account(room: StaffRoom, username: str) -> Staff:
    account = await room.accounts.named(username)
    if account is None:
        _refuse(f"no account is named {username}")
    return account


async def _agency_id(room: StaffRoom, code: str) -> int | None:
    if not code:
        return None
    async with room.engine.connect() as connection:
        query = sa.select(agency.c.id).where(agency.c.code == code)
        found: int | None = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        _refuse(f"the directory has no agency {code}")
    return found


async def _hashed(room: StaffRoom, username: str, password: str) -> Hashed:
    hashed = await room.accounts.hashed(username, password)
    if isinstance(hashed, Weakness):
        _refuse(f"the password is refused: {hashed}")
    return hashed


async def _note(act: AsyncConnection, action: str, account: Staff, **facts: object) -> None:
    detail = {"by": "command", **facts}
    await audit.record(act, None, None, action, "staff", account.id, detail)


def _password(*, ask: bool) -> str:
    if not ask:
        return generate()
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _show(password: str, *, ask: bool) -> None:
    if password and not ask:
        typer.echo(f"one-time password, to be changed at the first login: {password}")


def _refuse(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(2)
