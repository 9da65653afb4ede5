"""The containers are the processes of the Procfile, confined."""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from honcho.environ import parse_procfile

from tools import surroundings
from tools.plan import STEPS
from tools.processes import PROCESSES

ROOT = surroundings.ROOT
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCFILE: dict[str, str] = dict(parse_procfile((ROOT / "Procfile").read_text("utf-8")).processes)
# Container that does its work once -> the step of the set-up that does the same.
JOBS = {
    "knowledge-index": "starter-catalogue",
    "gateway-migration": "gateway-migration",
    "agencies-migration": "agencies-migration",
}
STORES = ("postgres", "redis")
OURS = [*PROCFILE, *JOBS]
LONG_LIVED = [*PROCFILE, *STORES]


class WrittenDown:
    """Takes a step's command instead of running it."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def run(self, *command: str | Path, **_: str) -> None:
        self.words = [str(word).removeprefix(f"{ROOT}/") for word in command]


def test_every_process_is_a_container_and_every_container_is_known() -> None:
    assert set(SERVICES) == {*PROCFILE, *JOBS, *STORES}


def test_supervisor_and_procfile_know_the_same_processes() -> None:
    assert [process.name for process in PROCESSES] == list(PROCFILE)


@pytest.mark.parametrize("name", PROCFILE)
def test_a_container_starts_what_the_procfile_starts(name: str) -> None:
    shell, option, command = SERVICES[name]["command"]

    assert (shell, option) == ("sh", "-c")
    assert command.replace("$$", "$") == PROCFILE[name]


@pytest.mark.parametrize("name", JOBS)
def test_a_job_does_what_the_set_up_does(name: str) -> None:
    step = WrittenDown()

    STEPS[JOBS[name]].work(step)  # type: ignore[arg-type]

    assert SERVICES[name]["command"] == step.words


@pytest.mark.parametrize("name", PROCFILE)
def test_a_container_is_asked_for_its_health_as_make_run_asks(name: str) -> None:
    environment = PROCFILE[name].split("/bin/")[0].split()[-1]

    healthcheck = SERVICES[name]["healthcheck"]["test"]

    assert healthcheck == ["CMD", f"{environment}/bin/python", "-m", "tools.processes", name]


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_runs_as_root_or_writes_where_it_should_not(name: str) -> None:
    service = SERVICES[name]

    assert str(service["user"]).split(":")[0] not in {"", "0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", LONG_LIVED)
def test_what_stays_up_is_checked_and_started_again(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_only_the_gateway_is_published_and_on_loopback_by_default() -> None:
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}

    assert list(published) == ["gateway"]
    assert published["gateway"][0].startswith("${PUBLISH_ADDRESS:-127.0.0.1}:")


def test_only_the_gateway_is_on_a_network_with_a_way_out() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, one in SERVICES.items() if one["networks"] != ["inside"]] == ["gateway"]


def test_the_console_is_offered_to_this_machine_alone() -> None:
    override = yaml.safe_load((ROOT / "docker" / "console.yml").read_text("utf-8"))

    [port] = override["services"]["agencies"]["ports"]

    assert port.startswith("127.0.0.1:")


def test_a_proxy_on_this_machine_is_believed_about_addresses() -> None:
    [network] = COMPOSE["networks"]["outside"]["ipam"]["config"]
    override = yaml.safe_load((ROOT / "docker" / "console.yml").read_text("utf-8"))
    gateway, agencies = SERVICES["gateway"], override["services"]["agencies"]

    this_machine = network["gateway"]

    assert ip_address(default(this_machine)) in ip_network(default(network["subnet"]))
    for one, name in ((gateway, "GATEWAY"), (agencies, "AGENCIES")):
        trusted = one["environment"][f"{name}_TRUSTED_PROXIES"]
        assert trusted == f"${{{name}_TRUSTED_PROXIES:-{this_machine}}}"
        assert "outside" in one["networks"]


def default(setting: str) -> str:
    return setting.removesuffix("}").partition(":-")[2]


@pytest.mark.parametrize("name", SERVICES)
def test_starts_after_what_it_needs(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if other in JOBS else "service_healthy"
        assert how == {"condition": wanted}, f"{name} on {other}"


@pytest.mark.parametrize("name", OURS)
def test_processes_live_in_the_surroundings_of_make_run(name: str) -> None:
    environment = SERVICES[name]["environment"]

    different = {
        key: environment.get(key)
        for key, value in surroundings.DEFAULTS.items()
        if not key.startswith(("RASA_DATABASE", "RASA_LOCK", "REDIS_"))
        and environment.get(key) != value
    }

    assert different == {}


@pytest.mark.parametrize(
    ("package", "settings"),
    [
        ("gateway", "GATEWAY"),
        ("gateway", "ZALO"),
        ("gateway", "MESSENGER"),
        ("knowledge", "KNOWLEDGE"),
        ("agencies", "AGENCIES"),
    ],
)
def test_every_setting_can_be_changed_in_a_container(package: str, settings: str) -> None:
    documented = re.findall(
        rf"^#({settings}_\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE
    )
    reached = {
        setting for name in OURS if package in name for setting in SERVICES[name]["environment"]
    }

    # Inside a container these have one right value, the default.
    fixed = {f"{package.upper()}_PORT", "KNOWLEDGE_DIR"}

    assert set(documented) - passwords() <= reached | fixed


def test_no_password_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")

    uses = re.findall(r"\$\{(\w+PASSWORD)([^}]*)\}", text)

    assert {name for name, _ in uses} == passwords()
    assert all(rest.startswith(":?") for _, rest in uses)


def passwords() -> set[str]:
    return set(SERVICES["postgres"]["environment"])


@pytest.mark.parametrize(
    ("dockerfile", "python", "steps"),
    [
        ("app", "python:3.11-slim", ["app-environment", "embedding-model"]),
        ("rasa", "python:3.10-slim", ["rasa-environment", "rasa-training"]),
    ],
)
def test_images_are_made_by_the_steps_of_the_set_up(
    dockerfile: str, python: str, steps: list[str]
) -> None:
    lines = (ROOT / "docker" / f"{dockerfile}.Dockerfile").read_text("utf-8").splitlines()
    copied = [word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]]

    done = [line.split()[-1] for line in lines if "tools.setup" in line]

    assert f"FROM {python}" in lines
    assert done == steps
    assert lines[-1] == "USER 10001:10001"
    for step in steps:
        for needed in STEPS[step].inputs:
            assert any(Path(needed).is_relative_to(one) for one in copied), f"{step}: {needed}"


@pytest.mark.parametrize("dockerfile", ["app", "rasa"])
def test_nothing_that_an_image_copies_is_kept_from_it(dockerfile: str) -> None:
    allowed = {
        line.removeprefix("!").rstrip("/")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    lines = (ROOT / "docker" / f"{dockerfile}.Dockerfile").read_text("utf-8").splitlines()

    copied = {
        word.split("/")[0]
        for line in lines
        if line.startswith("COPY")
        for word in line.split()[1:-1]
    }

    assert copied <= allowed
