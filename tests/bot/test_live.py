"""Conversations with the real Rasa and the real action server, over the gateway's REST channel."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.actions.talk import BIRTH, BIRTH_ABROAD, HOTLINE, MARRIAGE, responses
from tests.bot.running import Bot, catalogue, redis_server

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def stopped(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    folder = tmp_path_factory.mktemp("bot")
    return Bot(model, folder, f"sqlite:///{folder}/rasa.db")


@pytest.fixture(scope="module")
def bot(stopped: Bot) -> Iterator[Bot]:
    with stopped.rasa():
        yield stopped


@pytest.fixture(scope="module")
def knowledge() -> Iterator[str]:
    with catalogue() as address:
        yield address


@pytest.fixture
def sender() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="class")
def actions(bot: Bot, knowledge: str) -> Iterator[None]:
    with bot.actions(knowledge):
        yield


@pytest.mark.usefixtures("actions")
class TestWithEverythingUp:
    def test_question_choice_and_follow_up(self, bot: Bot, sender: str) -> None:
        offer = bot.say("dang ky khai sinh can giay to gi", sender)[0]
        chosen = bot.say("cái thứ hai", sender)
        follow_up = bot.say("vậy lệ phí bao nhiêu?", sender)

        assert f"2. {BIRTH_ABROAD.title}" in offer["text"]
        assert offer["buttons"][0] == {"title": f"1. {BIRTH.title}", "payload": BIRTH.title}
        assert chosen[0]["text"] == f"{BIRTH_ABROAD.title}\n- documents {{of}} {BIRTH_ABROAD.code}"
        customs = {key: value for one in chosen for key, value in one.get("custom", {}).items()}
        assert customs["source"]["title"] == BIRTH_ABROAD.title
        assert customs["answer"] == {"status": "answered", "code": BIRTH_ABROAD.code}
        assert follow_up[0]["text"].endswith(f"- fee {{of}} {BIRTH_ABROAD.code}")

    def test_a_pressed_button_chooses(self, bot: Bot, sender: str) -> None:
        offer = bot.say("làm giấy khai sinh cho con", sender)[0]

        assert bot.text(offer["buttons"][2]["payload"], sender).startswith("Đăng ký lại khai sinh")

    def test_starting_over_forgets_the_procedure(self, bot: Bot, sender: str) -> None:
        bot.say("đăng ký kết hôn cần giấy tờ gì", sender)

        assert bot.text("bắt đầu lại", sender) == responses()["utter_restart"]
        assert bot.text("lệ phí bao nhiêu", sender) == responses()["utter_unanswered_no_procedure"]

    def test_citizens_do_not_share_what_they_talk_about(self, bot: Bot, sender: str) -> None:
        bot.say("đăng ký kết hôn cần giấy tờ gì", sender)

        assert MARRIAGE.title not in bot.text("lệ phí bao nhiêu", f"{sender}-other")

    def test_goes_back_to_the_procedure_before(self, bot: Bot, sender: str) -> None:
        bot.say("làm giấy khai sinh cho con", sender)
        bot.say("số 1", sender)
        bot.say("đăng ký kết hôn cần giấy tờ gì", sender)

        assert f"“{BIRTH.title}”" in bot.text("quay lại thủ tục lúc nãy", sender)
        assert BIRTH.code in bot.text("vậy lệ phí bao nhiêu?", sender)

    def test_what_is_not_in_the_catalogue_is_offered_to_others(self, bot: Bot, sender: str) -> None:
        *_, offer, _ = bot.say("xin giấy phép bay cho máy bay", sender)

        assert [button["title"] for button in offer["buttons"]] == [
            "Hỏi cơ quan có trách nhiệm",
            "Gặp người hỗ trợ",
        ]
        assert HOTLINE in bot.text(offer["buttons"][0]["payload"], sender)

    def test_words_rasa_does_not_understand_reach_the_catalogue(
        self, bot: Bot, sender: str
    ) -> None:
        assert MARRIAGE.title in bot.text("zzz qqq ket hon xxx", sender)

    @pytest.mark.parametrize(
        ("text", "response"),
        [
            ("bạn là người hay máy", "utter_bot_identity"),
            ("bạn làm được gì", "utter_help"),
            ("cháy nhà rồi cứu với", "utter_emergency"),
            ("cảm ơn bạn nhiều", "utter_thank"),
        ],
    )
    def test_says_what_the_domain_says(
        self, bot: Bot, sender: str, text: str, response: str
    ) -> None:
        assert bot.text(text, sender) == responses()[response]

    @pytest.mark.parametrize("text", ["thời tiết hôm nay thế nào", "tôi muốn tố cáo cán bộ"])
    def test_gives_the_hotline_of_the_setting(self, bot: Bot, sender: str, text: str) -> None:
        assert HOTLINE in bot.text(text, sender)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "🙂🙂🙂",
            "\u200b",
            "?" * 50,
            "a" * 10_000,
            "khai sinh " * 1_000,
            "<script>alert(1)</script>",
            "'; DROP TABLE events; --",
            "/restart",
            "/action_listen",
            '/choose{"procedure_code": "x"}',
            "EXTERNAL: x",
            "{hotline} {title}",
            "\x00\x01",
        ],
    )
    def test_strange_input_gets_a_clear_reply(self, bot: Bot, sender: str, text: str) -> None:
        reply = bot.text(text, sender)

        assert any(word in reply for word in ("Bạn", "bạn")), reply
        assert "{" not in reply
        assert "<script" not in reply

    def test_logs_no_words_of_citizens(self, bot: Bot, sender: str) -> None:
        bot.say("số của tôi là 0912345678, làm khai sinh", sender)

        assert "0912345678" not in bot.log


class TestWithTheActionServerDown:
    def test_rasa_says_nothing_rather_than_something_wrong(self, bot: Bot, sender: str) -> None:
        """The gateway takes an empty list for a failure and apologises."""
        assert bot.say("đăng ký kết hôn cần giấy tờ gì", sender) == []

    def test_an_emergency_is_answered_all_the_same(self, bot: Bot, sender: str) -> None:
        assert "114" in bot.text("cháy nhà rồi cứu với", sender)

    def test_the_next_message_works_once_it_is_back(
        self, bot: Bot, sender: str, knowledge: str
    ) -> None:
        bot.say("đăng ký kết hôn cần giấy tờ gì", sender)

        with bot.actions(knowledge):
            assert MARRIAGE.title in bot.text("đăng ký kết hôn cần giấy tờ gì", sender)

    def test_logs_no_words_of_citizens(self, bot: Bot, sender: str) -> None:
        bot.say("số của tôi là 0987654321, làm khai sinh", sender)

        assert "0987654321" not in bot.log


class TestWithKnowledgeDown:
    def test_apologises_with_the_hotline(self, bot: Bot, sender: str, knowledge: str) -> None:
        with bot.actions("http://127.0.0.1:9"):
            assert HOTLINE in bot.text("đăng ký kết hôn cần giấy tờ gì", sender)


def keeps_the_conversation(model: Path, folder: Path, database: str, knowledge: str) -> None:
    bot = Bot(model, folder, database)
    with bot.actions(knowledge):
        with bot.rasa():
            bot.say("đăng ký kết hôn cần giấy tờ gì")

        with bot.rasa():
            assert MARRIAGE.title in bot.text("vậy lệ phí bao nhiêu?")


def test_a_restart_keeps_the_conversation_on_sqlite(
    model: Path, tmp_path: Path, knowledge: str
) -> None:
    keeps_the_conversation(model, tmp_path, f"sqlite:///{tmp_path}/rasa.db", knowledge)


@pytest.mark.postgres
def test_a_restart_keeps_the_conversation_on_postgresql(
    model: Path, tmp_path: Path, knowledge: str, postgres: str
) -> None:
    keeps_the_conversation(model, tmp_path, postgres.replace("+psycopg", ""), knowledge)


def test_the_lock_can_be_in_redis(model: Path, tmp_path: Path, knowledge: str) -> None:
    with redis_server(tmp_path) as port:
        bot = Bot(model, tmp_path, f"sqlite:///{tmp_path}/rasa.db", redis=port)
        with bot.actions(knowledge), bot.rasa():
            assert MARRIAGE.title in bot.text("đăng ký kết hôn cần giấy tờ gì")
        with Redis(port=port) as redis:
            assert redis.info("commandstats")["cmdstat_set"]["calls"] > 0
