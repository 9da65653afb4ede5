"""An account as a row of the table, read without its secrets."""

from collections.abc import Mapping
from typing import Any

from agencies.staff.model import Role, Staff


def staff_from(row: Mapping[Any, Any]) -> Staff:
    return Staff(
        id=row["id"],
        username=row["username"],
        full_name=row["full_name"],
        role=Role(row["role"]),
        agency_id=row["agency_id"],
        active=row["active"],
        must_change_password=row["must_change_password"],
        has_password=row["password_hash"] is not None,
        has_totp=row["totp_secret"] is not None,
        oidc_subject=row["oidc_subject"],
        locked_until=row["locked_until"],
    )
