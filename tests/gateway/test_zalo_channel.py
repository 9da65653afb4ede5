"""The Zalo channel against the fake Zalo: what is shown, when, and what becomes of a refusal."""

import asyncio
import json
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from structlog.testing import capture_logs

from gateway.channels.base import (
    Broken,
    Channel,
    Finding,
    Held,
    Later,
    NotConfigured,
    Outcome,
    Part,
    Refused,
    Sent,
    Way,
)
from gateway.channels.zalo import ZaloChannel
from gateway.channels.zalo_errors import read_faults, until_morning
from gateway.channels.zalo_opening import open_zalo
from gateway.credentials import Pair
from gateway.database import Database
from gateway.messages import Button, Link, Reply
from gateway.metrics import Metrics
from gateway.settings import ZaloSettings
from gateway.testing.zalo import FakeZalo
from tests.gateway.channel_contract import Call, ChannelContract
from tests.gateway.conftest import Clock
from tests.gateway.zalo_samples import KEY, USER, WORDS, ZALO, a_channel, body_of, wrote

PART = Part("Chào bạn", {"text": "Chào bạn"})
SEND = "/v3.0/oa/message/cs"
REFRESH = "/v4/oa/access_token"


async def send(zalo: Channel, part: Part = PART, way: Way = Way.DIRECT) -> Outcome:
    return await zalo.send(USER, part, mark="1.0", way=way)


class TestZalo(ChannelContract):
    @pytest.fixture
    def channel(self, zalo: ZaloChannel) -> Channel:
        return zalo

    @pytest.fixture
    def call(self, fake_zalo: FakeZalo) -> Call:
        event = wrote(text="xin chào")
        body = body_of(event)
        headers = fake_zalo.hooks.sign(body, event["timestamp"])
        return body, {name.lower(): value for name, value in headers.items()}

    @pytest.fixture
    def user(self) -> str:
        return USER

    @pytest.fixture
    def show(self, channel: Channel, fake_zalo: FakeZalo) -> Callable[[str, Reply], Awaitable[str]]:
        async def show(user: str, reply: Reply) -> str:
            fake_zalo.act(user)
            for part in channel.parts(reply):
                assert isinstance(await channel.send(user, part, mark="1.0", way=Way.DIRECT), Sent)
            return repr(fake_zalo.phones[user])

        return show


@pytest.fixture
def citizen(fake_zalo: FakeZalo) -> str:
    """Who has written just now."""
    fake_zalo.act(USER)
    return USER


class TestWhatIsShown:
    def test_buttons_say_what_the_citizen_would_have_typed(self, zalo: ZaloChannel) -> None:
        [part] = zalo.parts(Reply("Cần gì?", (Button("Lệ phí", "Lệ phí bao nhiêu?"),)))

        assert part.text == "Cần gì?"
        assert part.body == {
            "text": "Cần gì?",
            "attachment": {
                "type": "template",
                "payload": {
                    "buttons": [
                        {
                            "title": "Lệ phí",
                            "type": "oa.query.show",
                            "payload": "Lệ phí bao nhiêu?",
                        }
                    ]
                },
            },
        }

    def test_a_text_alone_has_no_attachment(self, zalo: ZaloChannel) -> None:
        [part] = zalo.parts(Reply("Chào"))

        assert part.body == {"text": "Chào"}

    def test_a_link_stands_in_the_text(self, zalo: ZaloChannel) -> None:
        [part] = zalo.parts(Reply("Chào", link=Link("1.001193", "https://example.gov.vn/1")))

        assert "https://example.gov.vn/1" in part.text

    async def test_2000_characters_are_one_message_however_they_are_composed(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        text = ("Giấy tờ đăng ký " * 125)[:1999] + "ệ"
        decomposed = unicodedata.normalize("NFD", text)
        assert len(decomposed) > 2000

        [part] = zalo.parts(Reply(decomposed))

        assert isinstance(await send(zalo, part), Sent)
        assert fake_zalo.read_by(citizen) == [text]

    async def test_a_long_answer_goes_out_in_order_and_whole(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        lines = [f"- Giấy tờ thứ {number}: 👨‍👩‍👧 {'bản chính ' * 12}" for number in range(60)]
        reply = Reply("\n".join(lines), (Button("Lệ phí", "Lệ phí?"),))

        parts = zalo.parts(reply)
        for part in parts:
            assert isinstance(await send(zalo, part), Sent)

        read = "\n".join(fake_zalo.read_by(citizen))
        assert len(parts) > 3
        assert [line for line in lines if line.strip() not in read] == []
        assert [bool(shown.buttons) for shown in fake_zalo.phones[citizen]][-2:] == [False, True]

    async def test_more_choices_than_buttons_are_numbers_in_the_text(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        buttons = tuple(Button(f"Thủ tục {n}", f"Chọn {n}") for n in range(1, 9))
        reply = Reply("Bạn chọn:", buttons)

        [part] = zalo.parts(reply)

        assert isinstance(await send(zalo, part), Sent)
        assert "8. Thủ tục 8" in part.text
        assert zalo.choices(reply) == buttons

    @pytest.mark.parametrize("length", [101, 1001])
    async def test_long_titles_and_long_words_are_taken_all_the_same(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, length: int
    ) -> None:
        [part] = zalo.parts(Reply("Bạn chọn:", (Button("x" * length, "y" * length),)))

        assert isinstance(await send(zalo, part), Sent)

    async def test_what_a_button_says_comes_back_as_a_message(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        reply = Reply("Cần gì?", (Button("Lệ phí", "Lệ phí bao nhiêu?"),))
        await send(zalo, zalo.parts(reply)[0])

        await fake_zalo.press(citizen, "Lệ phí")

        assert fake_zalo.phones[citizen][-1].text == "Lệ phí bao nhiêu?"


class TestWhenItMayGoOut:
    @pytest.mark.parametrize(
        ("days", "by_person", "way"),
        [
            (0.0, False, Way.DIRECT),
            (6.99, False, Way.DIRECT),
            (6.99, True, Way.DIRECT),
            (7.01, False, Way.HOLD),
            (7.01, True, Way.HOLD),
            (None, True, Way.HOLD),
        ],
    )
    def test_within_seven_days_of_their_last_act(
        self, zalo: ZaloChannel, days: float | None, by_person: bool, way: Way
    ) -> None:
        since = None if days is None else timedelta(days=days)

        assert zalo.way(by_person=by_person, since_act=since) is way

    def test_later_a_notice_tells_of_what_a_person_wrote(
        self, fake_zalo: FakeZalo, database: Database, clock: Clock
    ) -> None:
        zalo = a_channel(fake_zalo, database, clock, settings=with_template())
        late = timedelta(days=8)

        assert zalo.way(by_person=True, since_act=late) is Way.NOTICE
        assert zalo.way(by_person=False, since_act=late) is Way.HOLD
        assert zalo.way(by_person=True, since_act=None) is Way.HOLD

    async def test_the_notice_is_the_approved_template(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, database: Database, clock: Clock
    ) -> None:
        fake_zalo.templates = {"T1": ("code", "link")}
        fake_zalo.acted_at(USER, clock() - timedelta(days=60))
        with_notice = a_channel(fake_zalo, database, clock, settings=with_template())
        part = with_notice.notice(Reply("Kết quả của bạn", case="PA-1"))
        assert part is not None

        outcome = await send(with_notice, part, Way.NOTICE)

        assert isinstance(outcome, Sent)
        assert fake_zalo.read_by(USER) == ["PA-1 https://motcua.example.gov.vn"]

    def test_without_a_template_or_a_case_there_is_no_notice(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, database: Database, clock: Clock
    ) -> None:
        with_notice = a_channel(fake_zalo, database, clock, settings=with_template())

        assert zalo.notice(Reply("Kết quả", case="PA-1")) is None
        assert with_notice.notice(Reply("Kết quả")) is None

    @pytest.mark.parametrize("code", [-201, -249, -320, -321])
    async def test_a_notice_that_is_refused_leaves_the_answer_waiting(
        self,
        fake_zalo: FakeZalo,
        zalo: ZaloChannel,
        database: Database,
        clock: Clock,
        code: int,
        citizen: str,
    ) -> None:
        fake_zalo.templates = {"T1": ("code", "link")}
        fake_zalo.fail_with = (code, 1)
        with_notice = a_channel(fake_zalo, database, clock, settings=with_template())
        part = with_notice.notice(Reply("Kết quả", case="PA-1"))
        assert part is not None

        assert await send(with_notice, part, Way.NOTICE) == Held(str(code))


def with_template() -> ZaloSettings:
    return ZALO.model_copy(update={"template_id": "T1"})


OUTCOMES: list[tuple[int, Outcome]] = [
    (-32, Later("-32", 30, all_of_them=True)),
    (-100, Refused("-100")),
    (-200, Later("-200")),
    (-201, Refused("-201")),
    (-204, Broken("-204")),
    (-205, Broken("-205")),
    (-209, Broken("-209")),
    (-211, Later("-211", 3600, all_of_them=True)),
    (-212, Broken("-212")),
    (-213, Held("-213")),
    (-218, Later("-218", 3600)),
    (-219, Broken("-219")),
    (-221, Broken("-221")),
    (-223, Broken("-223")),
    (-224, Broken("-224")),
    (-227, Refused("-227")),
    (-230, Held("-230")),
    (-232, Held("-232")),
    (-233, Refused("-233")),
    (-240, Broken("-240")),
    (-242, Broken("-242")),
    (-244, Refused("-244")),
    (-248, Refused("-248")),
    (-249, Refused("-249")),
    (-320, Later("-320", 3600)),
    (-321, Later("-321", 3600)),
    (-99999, Later("-99999")),
    (500, Later("http_500")),
    (503, Later("http_503")),
    (429, Later("http_429", 30, all_of_them=True)),
    (403, Later("http_403")),
    (502, Later("http_502", in_doubt=True)),
    (504, Later("http_504", in_doubt=True)),
]


class TestWhatBecomesOfARefusal:
    @pytest.mark.parametrize(("code", "outcome"), OUTCOMES)
    async def test_each_code_has_its_outcome(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, code: int, outcome: Outcome
    ) -> None:
        fake_zalo.fail_with = (code, 1)

        assert await send(zalo) == outcome
        assert fake_zalo.read_by(citizen) == []

    def test_every_listed_code_is_tried_here(self) -> None:
        elsewhere = {-216, -220, -234}

        assert {*read_faults()} == {code for code, _ in OUTCOMES if -999 < code < 0} | elsewhere

    async def test_codes_are_counted(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, zalo_metrics: Metrics
    ) -> None:
        fake_zalo.fail_with = (-99999, 1)
        await send(zalo)

        counted = 'gateway_provider_errors_total{channel="zalo",code="-99999"} 1.0'
        assert counted in zalo_metrics.text().decode()

    async def test_at_night_it_waits_for_the_morning(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        fake_zalo.fail_with = (-234, 1)

        outcome = await send(zalo)

        assert isinstance(outcome, Later)
        assert 0 < (outcome.seconds or 0) <= 86_400

    @pytest.mark.parametrize(
        ("hour", "seconds"), [(23, 300.0), (22, 3900.0), (16, 25_500.0), (0, 82_800 + 300)]
    )
    def test_the_morning_is_at_five_past_six_in_vietnam(self, hour: int, seconds: float) -> None:
        moment = datetime(2026, 11, 22, hour, 0, tzinfo=UTC)

        assert until_morning(moment) == seconds

    async def test_after_a_week_zalo_takes_nothing(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, clock: Clock
    ) -> None:
        clock.advance(days=7, minutes=1)
        await zalo.tokens.bring(pair_of(fake_zalo))

        assert await send(zalo) == Held("-230")

    async def test_who_unfollowed_is_not_written_to_until_they_act(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        await fake_zalo.unfollow(citizen)
        gone = await send(zalo)
        await fake_zalo.write(citizen, "Còn đó không?")

        assert gone == Held("-213")
        assert isinstance(await send(zalo), Sent)

    async def test_a_week_ends_in_the_middle_of_an_answer(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        fake_zalo.fail_after, fake_zalo.fail_with = 1, (-230, 1)

        outcomes = [type(await send(zalo)) for _ in range(3)]

        assert outcomes == [Sent, Held, Sent]


def pair_of(fake: FakeZalo) -> Pair:
    issued = fake.tokens.issue()
    return Pair(issued.access, issued.refresh, timedelta(hours=25))


class TestTokens:
    @pytest.mark.parametrize("code", [-216, -220])
    async def test_a_token_that_is_refused_is_replaced_and_tried_once_more(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, code: int
    ) -> None:
        fake_zalo.expired_code = code
        fake_zalo.tokens.expire()

        assert isinstance(await send(zalo), Sent)
        assert (fake_zalo.calls[SEND], fake_zalo.calls[REFRESH]) == (2, 1)
        assert fake_zalo.read_by(citizen) == ["Chào bạn"]

    async def test_two_workers_replace_it_once(
        self,
        zalo: ZaloChannel,
        fake_zalo: FakeZalo,
        citizen: str,
        database: Database,
        clock: Clock,
    ) -> None:
        other = a_channel(fake_zalo, database, clock)
        fake_zalo.tokens.expire()
        fake_zalo.slow = 0.05

        outcomes = await asyncio.gather(*(send(one) for one in (zalo, other) * 5))

        assert {type(one) for one in outcomes} == {Sent}
        assert fake_zalo.calls[REFRESH] == 1
        assert len(fake_zalo.read_by(citizen)) == 10

    async def test_a_token_that_is_refused_again_at_once_needs_a_person(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        fake_zalo.fail_with = (-216, 2)

        assert await send(zalo) == Broken("-216")
        assert fake_zalo.calls[REFRESH] == 1

    async def test_without_consent_nothing_is_sent_until_a_person_comes(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        fake_zalo.tokens.revoke()

        outcomes = [await send(zalo), await send(zalo)]
        await zalo.tokens.bring(pair_of(fake_zalo))

        assert outcomes == [Broken("token_-14014")] * 2
        assert fake_zalo.calls[REFRESH] == 1
        assert isinstance(await send(zalo), Sent)

    async def test_while_zalo_gives_no_pair_everything_waits(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, clock: Clock
    ) -> None:
        clock.advance(hours=26)
        fake_zalo.down = True

        outcome = await send(zalo)

        assert isinstance(outcome, Later)
        assert outcome.all_of_them
        assert fake_zalo.calls[SEND] == 0

    async def test_a_pair_lost_on_its_way_is_told_as_what_it_is(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, clock: Clock
    ) -> None:
        clock.advance(hours=26)
        fake_zalo.lose_refresh = 1

        first = await send(zalo)
        clock.advance(seconds=31)

        assert isinstance(first, Later)
        assert await send(zalo) == Broken("token_-14014")


class TestTheNetwork:
    async def test_what_did_not_leave_is_sent_again(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        fake_zalo.down = True

        assert await send(zalo) == Later("unreachable")

    async def test_a_lost_answer_is_in_doubt(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        fake_zalo.lose_answer = 1

        assert await send(zalo) == Later("ReadError", in_doubt=True)
        assert fake_zalo.read_by(citizen) == ["Chào bạn"]

    async def test_no_answer_in_time_is_in_doubt(
        self, fake_zalo: FakeZalo, zalo: ZaloChannel, citizen: str, database: Database, clock: Clock
    ) -> None:
        hasty = a_channel(
            fake_zalo, database, clock, settings=ZALO.model_copy(update={"seconds": 0.05})
        )
        fake_zalo.slow = 2

        assert await send(hasty) == Later("TimeoutError", in_doubt=True)

    @pytest.mark.parametrize(
        "content",
        [b"", b"<html>", b"[]", b"{}", b'{"error": "x"}', b'{"data": {}}', b'{"error": null}'],
    )
    async def test_an_answer_nobody_can_read_is_in_doubt(
        self, zalo: ZaloChannel, database: Database, clock: Clock, content: bytes
    ) -> None:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=content))
        unread = open_zalo(
            ZALO,
            database,
            Metrics(),
            credentials_key=KEY,
            words=WORDS,
            http=httpx2.AsyncClient(transport=transport),
            clock=clock,
        )

        assert await send(unread) == Later("unreadable", in_doubt=True)

    async def test_the_app_secret_is_proved_where_it_is_asked_for(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str, database: Database, clock: Clock
    ) -> None:
        fake_zalo.requires_proof = True
        proving = a_channel(
            fake_zalo, database, clock, settings=ZALO.model_copy(update={"app_secret_proof": True})
        )

        assert await send(zalo) == Broken("-242")
        assert isinstance(await send(proving), Sent)

    async def test_nothing_a_citizen_reads_and_no_token_is_logged(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, citizen: str
    ) -> None:
        fake_zalo.fail_with = (-200, 1)
        with capture_logs() as logs:
            await send(zalo)
            fake_zalo.lose_answer = 1
            await send(zalo)
            fake_zalo.tokens.revoke()
            await send(zalo)

        told = json.dumps(logs, default=str)
        assert "-200" in told
        assert not any(word in told for word in ("Chào", USER, "first-access", "first-refresh"))


class TestSettings:
    @pytest.mark.parametrize("name", ["app_id", "app_secret", "oa_secret"])
    def test_what_is_missing_is_named(self, database: Database, name: str) -> None:
        settings = ZALO.model_copy(update={name: ""})

        with pytest.raises(NotConfigured, match=f"ZALO_{name.upper()}"):
            open_zalo(settings, database, Metrics(), credentials_key=KEY, words=WORDS)

    @pytest.mark.parametrize("key", ["", "short"])
    def test_tokens_are_not_kept_without_a_key(self, database: Database, key: str) -> None:
        with pytest.raises(NotConfigured, match="GATEWAY_CREDENTIALS_KEY"):
            open_zalo(ZALO, database, Metrics(), credentials_key=key, words=WORDS)


class TestCheck:
    async def test_all_is_well(self, zalo: ZaloChannel) -> None:
        zalo.tokens.signature = "app-body"
        await zalo.tokens.keep()

        found = await states(zalo)

        assert found == {
            "settings": "ok",
            "token": "ok",
            "account": "ok",
            "verified": "ok",
            "package": "ok",
            "webhook": "ok",
            "template": "warning",
        }

    async def test_tells_another_account_an_unverified_one_and_an_old_package(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo
    ) -> None:
        fake_zalo.account |= {"is_verified": False, "package_valid_through_date": "01/01/2020"}
        unverified = await states(zalo)
        fake_zalo.account["oaid"] = "1"
        other = await states(zalo)

        assert (unverified["verified"], unverified["package"]) == ("fault", "fault")
        assert other["account"] == "fault"

    async def test_tells_a_package_that_ends_soon(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, clock: Clock
    ) -> None:
        soon = clock() + timedelta(days=5)
        fake_zalo.account["package_valid_through_date"] = f"{soon:%d/%m/%Y}"

        assert (await states(zalo))["package"] == "warning"

    async def test_tells_a_token_that_is_missing_or_dead(
        self, zalo: ZaloChannel, fake_zalo: FakeZalo, database: Database, clock: Clock
    ) -> None:
        fake_zalo.tokens.revoke()
        await send(zalo)

        dead = await zalo.check()

        [token] = [one for one in dead if one.subject == "token"]
        assert token.state == "fault"
        assert "-14014" in token.detail
        assert "zalo tokens" in token.detail

    async def test_tells_that_nobody_has_brought_a_token(
        self, fake_zalo: FakeZalo, database: Database, clock: Clock
    ) -> None:
        found = await states(a_channel(fake_zalo, database, clock))

        assert (found["token"], found["account"]) == ("fault", "fault")

    async def test_tells_that_zalo_is_down(self, zalo: ZaloChannel, fake_zalo: FakeZalo) -> None:
        fake_zalo.down = True

        assert (await states(zalo))["account"] == "warning"

    async def test_no_secret_is_in_it(self, zalo: ZaloChannel) -> None:
        told = repr(await zalo.check())

        secrets = (ZALO.app_secret, ZALO.oa_secret, "first-access", "first-refresh", KEY)
        assert not any(word in told for word in secrets)


async def states(zalo: ZaloChannel) -> dict[str, str]:
    found: tuple[Finding, ...] = await zalo.check()
    return {one.subject: one.state for one in found}


def test_the_same_reply_is_always_cut_alike(zalo: ZaloChannel) -> None:
    reply = Reply("\n".join(f"- Mục {n} " + "x" * 90 for n in range(80)))

    assert zalo.parts(reply) == zalo.parts(replace(reply))
