import pytest

from agencies.staff.appointing import may_give
from agencies.staff.model import APPOINTS, PERMISSIONS, Permission, Role, Staff
from agencies.staff.passwords import Weakness, generate, weakness
from agencies.staff.scope import Scope
from agencies.staff.settings import StaffSettings

OF_CASES = {
    Permission.READ_CASES,
    Permission.WORK_ON_CASES,
    Permission.SEE_CONTACTS,
    Permission.EXPORT_CASES,
}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_permissions_and_its_appointments(role):
    assert PERMISSIONS[role]
    assert role in APPOINTS


def test_every_permission_is_somebodys():
    assert frozenset().union(*PERMISSIONS.values()) == frozenset(Permission)


def test_the_administrator_of_accounts_reads_no_citizens_case():
    assert not PERMISSIONS[Role.ADMINISTRATOR] & OF_CASES


def test_a_clerk_neither_approves_nor_manages():
    assert PERMISSIONS[Role.CLERK] == OF_CASES


def test_only_an_administrator_gives_more_than_the_role_of_a_clerk():
    givers = {role for role in Role if APPOINTS[role] - {Role.CLERK}}

    assert givers == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("role", "agency_id"),
    [
        (Role.CLERK, None),
        (Role.HEAD, None),
        (Role.COORDINATOR, 1),
        (Role.ADMINISTRATOR, 1),
    ],
)
def test_a_role_and_an_agency_go_together(role, agency_id):
    with pytest.raises(ValueError, match=r"agency|province"):
        Staff(1, "an", "An", role, agency_id)


def test_a_permission_that_is_none_is_a_fault_and_not_a_no():
    clerk = Staff(1, "an", "An", Role.CLERK, 1)

    with pytest.raises(ValueError, match="fly"):
        clerk.may("fly")


def test_whoever_appoints_but_may_not_manage_gives_nothing():
    coordinator = Staff(1, "an", "An", Role.COORDINATOR)

    assert not may_give(coordinator, Scope.everything(), Role.CLERK, 1)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("mười một ký", Weakness.SHORT),
        ("abababababababab", Weakness.SIMPLE),
        ("nguyen.an và năm 2026", Weakness.HAS_USERNAME),
        ("a1B2" * 60, Weakness.LONG),
        ("sáu con vịt xòe ra", None),
    ],
)
def test_weak_passwords_are_known(password, why):
    assert weakness(password, "nguyen.an") is why


def test_a_generated_password_is_strong_enough_and_new_each_time():
    made = {generate() for _ in range(50)}

    assert len(made) == 50
    assert {weakness(one, "an") for one in made} == {None}


@pytest.mark.parametrize(
    "settings",
    [
        {"public_url": "console.example.vn"},
        {"public_url": "https://console.example.vn/path"},
        {"oidc_issuer": "http://sso.example.vn", "oidc_client_id": "x", "public_url": "https://c"},
        {"oidc_issuer": "https://sso.example.vn", "oidc_client_id": "x"},
        {"oidc_issuer": "https://sso.example.vn", "public_url": "https://c"},
        {"login_rate_per_address": "often"},
        {"session_idle_minutes": 0},
    ],
    ids=str,
)
def test_settings_that_cannot_be_stop_the_start(settings):
    with pytest.raises(ValueError, match=r".+"):
        StaffSettings(**settings)
