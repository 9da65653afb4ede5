"""Who works with the console (cán bộ), in which role, and what each role may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    CLERK = "clerk"  # Works on the cases of one agency (chuyên viên).
    HEAD = "head"  # Answers for one agency and those below it (lãnh đạo đơn vị).
    COORDINATOR = "coordinator"  # The provincial office: every agency (đầu mối của tỉnh).
    ADMINISTRATOR = "administrator"  # Accounts and the system, but no citizen's case.


class Permission(StrEnum):
    """What a page or an action asks for; on whose cases is the scope's to say."""

    READ_CASES = "read_cases"
    WORK_ON_CASES = "work_on_cases"  # Register, note, draft, answer, ask, transfer, decline.
    ASSIGN_CASES = "assign_cases"  # To others; taking a case oneself is work.
    APPROVE_ANSWERS = "approve_answers"
    SEE_CONTACTS = "see_contacts"  # Name, phone, e-mail and address of citizens.
    EXPORT_CASES = "export_cases"
    EDIT_TEMPLATES = "edit_templates"
    READ_REPORTS = "read_reports"
    WRITE_LETTERS = "write_letters"  # Letters of apology, drafted for a signature.
    ERASE_CASES = "erase_cases"
    SEE_DELIVERIES = "see_deliveries"
    MANAGE_STAFF = "manage_staff"
    MANAGE_DIRECTORY = "manage_directory"
    READ_AUDIT = "read_audit"


_CLERK = {
    Permission.READ_CASES,
    Permission.WORK_ON_CASES,
    Permission.SEE_CONTACTS,
    Permission.EXPORT_CASES,
}
_HEAD = _CLERK | {
    Permission.ASSIGN_CASES,
    Permission.APPROVE_ANSWERS,
    Permission.EDIT_TEMPLATES,
    Permission.READ_REPORTS,
    Permission.WRITE_LETTERS,
    Permission.MANAGE_STAFF,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.CLERK: frozenset(_CLERK),
    Role.HEAD: frozenset(_HEAD),
    Role.COORDINATOR: frozenset(
        (_HEAD - {Permission.MANAGE_STAFF}) | {Permission.ERASE_CASES, Permission.SEE_DELIVERIES}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_STAFF,
            Permission.MANAGE_DIRECTORY,
            Permission.READ_AUDIT,
            Permission.SEE_DELIVERIES,
        }
    ),
}

# Whose accounts a role may make and change. Nobody makes an account above their own.
APPOINTS: Mapping[Role, frozenset[Role]] = {
    Role.CLERK: frozenset(),
    Role.HEAD: frozenset({Role.CLERK}),
    Role.COORDINATOR: frozenset(),
    Role.ADMINISTRATOR: frozenset(Role),
}
# They work for one agency; the others for the whole province.
OF_ONE_AGENCY = frozenset({Role.CLERK, Role.HEAD})


@dataclass(frozen=True)
class Staff:
    """An account of the console (tài khoản cán bộ), without its secrets.

    Raises ValueError when the role and the agency do not go together.
    """

    id: int
    username: str
    full_name: str
    role: Role
    agency_id: int | None = None  # None: the whole province.
    active: bool = True
    must_change_password: bool = False
    has_password: bool = False  # False: logs in over the SSO only.
    has_totp: bool = False
    oidc_subject: str | None = None
    locked_until: datetime | None = None

    def __post_init__(self) -> None:
        refuse_wrong_agency(self.role, self.agency_id)

    def may(self, permission: str) -> bool:
        """Whether the role has the permission.

        >>> Staff(1, "an", "An", Role.CLERK, agency_id=7).may("approve_answers")
        False
        """
        return Permission(permission) in PERMISSIONS[self.role]

    def appoints(self, role: Role) -> bool:
        return role in APPOINTS[self.role]


def refuse_wrong_agency(role: Role, agency_id: int | None) -> None:
    """Raise ValueError for a clerk of the whole province or an administrator of one agency."""
    if (role in OF_ONE_AGENCY) != (agency_id is not None):
        needs = "needs one agency" if role in OF_ONE_AGENCY else "works for the whole province"
        raise ValueError(f"a {role} {needs}")
