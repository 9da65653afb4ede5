"""Who may make and change whose account: never above one's own role or outside one's scope."""

from agencies.staff.model import Permission, Role, Staff
from agencies.staff.scope import Scope


def may_give(actor: Staff, scope: Scope, role: Role, agency_id: int | None) -> bool:
    """Whether an account of this role in this agency is the actor's to make."""
    return actor.may(Permission.MANAGE_STAFF) and actor.appoints(role) and scope.covers(agency_id)


def may_change(actor: Staff, scope: Scope, account: Staff) -> bool:
    """Whether an account is the actor's to change; one's own is changed on a page of its own."""
    return account.id != actor.id and may_give(actor, scope, account.role, account.agency_id)


def may_tie(actor: Staff) -> bool:
    """Whether the actor says which person of the SSO an account is; that opens the account."""
    return actor.role is Role.ADMINISTRATOR


def roles_to_give(actor: Staff) -> tuple[Role, ...]:
    return tuple(role for role in Role if actor.appoints(role))
