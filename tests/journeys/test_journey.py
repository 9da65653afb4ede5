"""The journeys as written down, and that playing them notices what is wrong."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx2
import pytest

from gateway.client import Choice, GatewayClient, Message, Source
from tests.journeys.journey import BadJourney, Journey, Press, read_journey, read_journeys
from tests.journeys.journey_days import JourneyDays
from tests.journeys.playing import Disappointed, Player
from vietnamese.text import fold
from vietnamese.workdays import WorkCalendar

TOPICS = {
    *("aspects", "cases", "due_dates", "places", "thread", "paths", "dead_ends", "robustness"),
    "feedback",
}
LEAST = 60


class Bot(GatewayClient):
    """Always replies the same."""

    def __init__(self, *replies: Message) -> None:
        super().__init__(httpx2.AsyncClient())
        self._always = list(replies)
        self.heard: list[str] = []

    async def ask(self, text: str, *, seconds: float = 30.0) -> list[Message]:
        self.heard.append(text)
        return self._always


def reply(text: str = "Lệ phí: 15.000 đồng\n(trực tiếp)", **beside: Any) -> Message:
    return Message(1, "assistant", text, **beside)


def journey(**turn: Any) -> Journey:
    written, _ = read_journey(
        {"title": "A fee", "turns": [{"citizen": "lệ phí?", **turn}]}, "aspects"
    )
    return written


def player(*replies: Message) -> Player:
    return Player(Bot(*replies), JourneyDays(WorkCalendar.load(), lambda: date(2026, 11, 20)))


LISTED = {
    "case": "Nhà thuê",
    "items": [{"name": "Tờ khai", "originals": 1, "copies": 0, "forms": [{"name": "CT01"}]}],
    "notes": ["Nộp trực tiếp"],
}
FULL = reply(
    choices=(Choice("Xem thêm", "Xem thêm"),),
    source=Source("Đăng ký tạm trú", "https://example.vn"),
    status="answered",
    code="1.004194",
    checklist=LISTED,
    rateable=True,
)


@pytest.mark.parametrize(
    "turn",
    [
        {"bot": "15.000 đồng (TRỰC TIẾP)"},
        {"bot": ["lệ phí", ["20.000", "15.000"]], "in_order": True, "not": ["miễn"]},
        {"state": {"status": ["clarify_case", "answered"], "code": "1.004194"}},
        {"state": {"buttons": ["xem"], "at_least": 1, "source": True, "rateable": True}},
        {"state": {"buttons": 1, "checklist": {"case": ["thuê"], "items": ["Tờ khai (1 + 0)"]}}},
        {"state": {"checklist": {"forms": ["CT01"], "notes": ["trực tiếp"], "not": ["Nộp"]}}},
    ],
)
async def test_what_is_as_expected_passes(turn: dict[str, Any]) -> None:
    await player(FULL).play(journey(**turn))


@pytest.mark.parametrize(
    "turn",
    [
        {"bot": "16.000 đồng"},
        {"bot": [["miễn phí", "16.000"]]},
        {"bot": ["15.000", "lệ phí"], "in_order": True},
        {"not": ["Trực tiếp"]},
        {"state": {"status": "clarify_case"}},
        {"state": {"code": ""}},
        {"state": {"buttons": ["Quay lại"]}},
        {"state": {"buttons": 0}},
        {"state": {"at_least": 2}},
        {"state": {"source": False}},
        {"state": {"rateable": False}},
        {"state": {"checklist": False}},
        {"state": {"checklist": {"case": ["Nhà mình"]}}},
        {"state": {"checklist": {"not": ["Tờ khai"]}}},
    ],
)
async def test_what_is_not_as_expected_is_shown_with_the_conversation(turn: dict[str, Any]) -> None:
    with pytest.raises(Disappointed, match="citizen: lệ phí"):
        await player(FULL).play(journey(**turn))


@pytest.mark.parametrize(
    "replies",
    [[], [reply("  ")], [reply(status="failed")], [reply(status="error_search")]],
)
async def test_no_reply_and_apologies_never_pass(replies: Sequence[Message]) -> None:
    with pytest.raises(Disappointed):
        await player(*replies).play(journey(state={"code": ""}))


async def test_a_button_says_its_payload_and_must_be_there() -> None:
    bot = Bot(reply(choices=(Choice("1. Nhà thuê", "Nhà thuê"), Choice("2. Nhà", "Nhà của mình"))))
    days = JourneyDays(WorkCalendar.load())
    presses = [{"citizen": {"press": each}, "bot": "đồng"} for each in (2, "thuê", "quay lại")]
    written, _ = read_journey(
        {"title": "Buttons", "turns": [{"citizen": "a", "bot": "đồng"}, *presses]}, "cases"
    )

    with pytest.raises(Disappointed, match="no button 'quay lại'"):
        await Player(bot, days).play(written)

    assert bot.heard == ["a", "Nhà của mình", "Nhà thuê"]


@pytest.mark.parametrize(
    "entry",
    [
        {"title": "No turns", "turns": []},
        {"turns": [{"citizen": "a", "bot": "b"}]},
        {"title": "Nothing expected", "turns": [{"citizen": "a"}]},
        {"title": "A slip", "turns": [{"citizen": "a", "bto": "b"}]},
        {"title": "A number", "turns": [{"citizen": "a", "state": {"code": 1.014160}}]},
        {"title": "No such state", "turns": [{"citizen": "a", "state": {"kode": "1"}}]},
        {"title": "No reason", "turns": [{"citizen": "á", "bot": "b", "unaccented": {"bot": "c"}}]},
    ],
)
def test_an_entry_that_would_check_nothing_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(BadJourney):
        list(read_journey(entry, "aspects"))


def test_every_topic_has_journeys_and_each_is_also_told_without_marks() -> None:
    journeys = read_journeys()

    told = Counter(str(each) for each in journeys)
    assert {each.topic for each in journeys} == TOPICS
    assert len(journeys) >= 2 * LEAST
    assert max(told.values()) == 1
    for written, unaccented in zip(journeys[::2], journeys[1::2], strict=True):
        assert unaccented.unaccented and not written.unaccented
        assert [turn.says for turn in unaccented.turns] == [
            turn.says if isinstance(turn.says, Press) else fold(turn.says) for turn in written.turns
        ]
