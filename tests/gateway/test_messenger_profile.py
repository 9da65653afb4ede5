"""The Page's menu, greeting and first questions; and what an operator is told of the set-up."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from typer.testing import CliRunner

from gateway.channels.messenger import MessengerChannel, client_of
from gateway.channels.messenger_client import MessengerClient, Problem
from gateway.channels.messenger_profile import Profile, read_profile, unlike
from gateway.messenger_cli import app, hand_over
from gateway.settings import MessengerSettings
from gateway.testing.messenger import FakeMessenger
from gateway.texts import Texts
from tests.gateway.test_messenger_channel import SETTINGS, USER, WORDS, Gateway

ROOT = Path(__file__).parent.parent.parent
NAMES = ["get_started", "greeting", "persistent_menu", "ice_breakers"]


@pytest.fixture
def settings() -> MessengerSettings:
    return MessengerSettings(**SETTINGS)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def fake(settings: MessengerSettings, gateway: Gateway) -> AsyncIterator[FakeMessenger]:
    async with gateway.http() as webhook:
        fake = FakeMessenger(settings, webhook=webhook)
        yield fake
        await fake.close()


@pytest.fixture
def client(settings: MessengerSettings, fake: FakeMessenger) -> MessengerClient:
    return client_of(settings, fake.http())


@pytest.fixture
def channel(settings: MessengerSettings, fake: FakeMessenger) -> MessengerChannel:
    return MessengerChannel(settings, WORDS, http=fake.http())


def understood() -> set[str]:
    """What the bot's training and its own words hold."""
    said: set[str] = set()
    for path in (ROOT / "bot/nlu").glob("*.yml"):
        for intent in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            said |= {line.removeprefix("- ") for line in intent.get("examples", "").split("\n")}
    words = yaml.safe_load((ROOT / "actions/words.yml").read_text(encoding="utf-8"))
    for phrases in words.values():
        said |= set(map(str, phrases)) if isinstance(phrases, list) else set()
    return said


# The profile.


def test_the_menu_says_what_the_bot_understands() -> None:
    assert set(read_profile().menu.values()) <= understood()


def test_the_first_questions_are_those_of_the_page() -> None:
    page = (ROOT / "gateway/widget/index.html").read_text(encoding="utf-8")

    assert all(question in page for question in read_profile().questions)


def test_the_greeting_says_that_it_is_an_automatic_assistant() -> None:
    assert "trợ lý tự động" in read_profile().greeting


@pytest.mark.parametrize(
    "wrong",
    [
        {"greeting": ""},
        {"greeting": "x" * 161},
        {"menu": {"a": "a"}},
        {"menu": dict.fromkeys("abcdef", "x")},
        {"menu": {"a": "a", "b": "b", "c" * 31: "c"}},
        {"menu": {"a": "a", "b": "b", "c": ""}},
        {"questions": tuple("abcde")},
        {"questions": ("x" * 81,)},
    ],
)
def test_a_profile_that_meta_would_not_take_is_refused(wrong: dict[str, Any]) -> None:
    right = {"greeting": "Chào", "menu": {"a": "a", "b": "b", "c": "c"}, "questions": ("a",)}

    assert Profile(**right)
    with pytest.raises(ValueError, match=r"greeting|menu|question"):
        Profile(**{**right, **wrong})


async def test_the_profile_is_handed_over_once(
    client: MessengerClient, fake: FakeMessenger
) -> None:
    first = await hand_over(client)
    second = await hand_over(client)

    assert first == tuple(f"{name}: set" for name in NAMES)
    assert second == tuple(f"{name}: as it was" for name in NAMES)
    assert fake.profile == read_profile().settings()
    assert fake.graph.profile_writes == [sorted(NAMES)]


async def test_only_what_is_different_is_set_again(
    client: MessengerClient, fake: FakeMessenger
) -> None:
    await hand_over(client)
    fake.profile["greeting"] = [{"locale": "default", "text": "another"}]

    await hand_over(client)

    assert fake.graph.profile_writes[1:] == [["greeting"]]


async def test_what_meta_adds_of_its_own_is_no_difference(
    client: MessengerClient, fake: FakeMessenger
) -> None:
    await hand_over(client)
    [menu] = fake.profile["persistent_menu"]
    menu["disabled_surfaces"] = []
    del menu["composer_input_disabled"]

    assert await unlike(client, read_profile()) == {}


async def test_what_meta_refuses_is_not_hidden(
    settings: MessengerSettings, fake: FakeMessenger
) -> None:
    client = client_of(settings.model_copy(update={"page_token": "old"}), fake.http())

    with pytest.raises(Problem):
        await hand_over(client)


async def test_the_menu_and_the_first_questions_reach_the_gateway_as_sentences(
    client: MessengerClient, channel: MessengerChannel, fake: FakeMessenger, gateway: Gateway
) -> None:
    await hand_over(client)
    title, said = next(iter(read_profile().menu.items()))

    await fake.press_menu(USER, title)
    await fake.ask_first(USER, read_profile().questions[0])

    events = [event for call in gateway.calls for event in channel.receive(*call)]
    assert [event.text for event in events] == [said, read_profile().questions[0]]


# The command.


def test_the_command_names_what_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(f"MESSENGER_{name.upper()}", raising=False)
    monkeypatch.setenv("MESSENGER_PAGE_ID", "1")

    result = CliRunner().invoke(app, ["profile"])

    assert result.exit_code == 1
    assert "MESSENGER_PAGE_TOKEN" in result.output


def test_the_command_says_so_when_meta_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(f"MESSENGER_{name.upper()}", str(value))
    monkeypatch.setenv("MESSENGER_GRAPH_URL", "http://127.0.0.1:9")

    result = CliRunner().invoke(app, ["profile"])

    assert result.exit_code == 1
    assert "Meta did not take it" in result.output
    assert SETTINGS["page_token"] not in result.output


# What the operator is told.


async def states(channel: MessengerChannel) -> dict[str, str]:
    return {finding.subject: finding.state for finding in await channel.check()}


async def test_a_page_that_is_set_up_has_no_fault(
    channel: MessengerChannel, client: MessengerClient, fake: FakeMessenger
) -> None:
    await hand_over(client)
    fake.subscribed_fields += ["messaging_referrals", "message_reactions", "standby"]

    assert set((await states(channel)).values()) == {"ok"}


async def test_what_is_only_advisable_is_a_warning(channel: MessengerChannel) -> None:
    found = await states(channel)

    assert found["webhook fields"] == "warning"
    assert found["menu and greeting"] == "warning"


async def test_missing_settings_are_named_and_nobody_is_asked() -> None:
    def refuse(_: httpx2.Request) -> httpx2.Response:
        raise AssertionError

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
    words = Texts(hotline="1", length_limit=2000).shown

    [finding] = await MessengerChannel(MessengerSettings(page_id="1"), words, http=http).check()

    assert finding.state == "fault"
    assert "MESSENGER_APP_SECRET" in finding.detail


@pytest.mark.parametrize(
    ("change", "subject", "word"),
    [
        ({"page_token": "old"}, "page token", "not valid"),
        ({"app_secret": "another"}, "page token", "Meta refuses"),
        ({"human_agent": False}, "human agent", "off"),
    ],
)
async def test_what_is_wrong_is_said(
    settings: MessengerSettings,
    fake: FakeMessenger,
    change: dict[str, Any],
    subject: str,
    word: str,
) -> None:
    channel = MessengerChannel(settings.model_copy(update=change), WORDS, http=fake.http())

    found = {finding.subject: finding for finding in await channel.check()}

    assert found[subject].state != "ok"
    assert word in found[subject].detail
    assert not any(SETTINGS["page_token"] in finding.detail for finding in found.values())


async def test_a_token_of_another_page_is_a_fault(
    settings: MessengerSettings, fake: FakeMessenger
) -> None:
    other = settings.model_copy(update={"page_id": "1"})
    channel = MessengerChannel(other, WORDS, http=fake.http())

    assert (await states(channel))["page token"] == "fault"


async def test_an_app_that_is_not_subscribed_is_a_fault(
    channel: MessengerChannel, fake: FakeMessenger
) -> None:
    fake.subscribed_fields = []

    assert (await states(channel))["webhook fields"] == "fault"


async def test_a_platform_that_is_down_is_a_fault(
    channel: MessengerChannel, fake: FakeMessenger
) -> None:
    fake.down = True

    found = await states(channel)

    assert (found["page token"], found["settings"]) == ("fault", "ok")
