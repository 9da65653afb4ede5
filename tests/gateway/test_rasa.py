import json
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.messages import Button, Link, Reply
from gateway.rasa import Cause, Rasa, RasaFailed
from gateway.testing import FakeRasa, a_turn

SOURCE = {"title": "1.001193 – Đăng ký khai sinh", "url": "https://example.gov.vn/1.001193"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["text", "buttons", "custom", "source", "url", "title"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


async def answered(*messages: Any) -> tuple[Reply, ...]:
    rasa = FakeRasa(lambda _: list(messages))
    return await Rasa(rasa.http()).ask(a_turn())


async def failure(rasa: FakeRasa, seconds: float = 5.0) -> Cause:
    with pytest.raises(RasaFailed) as caught:
        await Rasa(rasa.http(), seconds=seconds).ask(a_turn())
    return caught.value.cause


async def test_asks_for_the_session_not_for_the_citizen() -> None:
    rasa = FakeRasa()

    await Rasa(rasa.http()).ask(a_turn("lệ phí?"))

    [body] = rasa.asked
    assert (body["sender"], body["message"], body["input_channel"]) == (
        "session",
        "lệ phí?",
        "portal",
    )
    assert body["metadata"] == {"conversation": "portal:someone", "message_id": "m1"}


async def test_reads_texts_with_their_choices() -> None:
    buttons = [{"title": "Lệ phí", "payload": "Lệ phí bao nhiêu?"}]

    replies = await answered({"text": "một"}, {"text": " hai\n", "buttons": buttons})

    assert replies == (Reply("một"), Reply("hai", (Button("Lệ phí", "Lệ phí bao nhiêu?"),)))


async def test_a_source_becomes_the_link_of_the_text_before_it() -> None:
    replies = await answered({"text": "một"}, {"custom": {"source": SOURCE}}, {"text": "hai"})

    assert replies == (Reply("một", link=Link(**SOURCE)), Reply("hai"))


async def test_how_a_question_ended_stays_with_the_text_before_it() -> None:
    outcome = {"status": "answered", "code": "1.001193"}

    replies = await answered({"text": "một"}, {"custom": {"answer": outcome}}, {"text": "hai"})

    assert replies == (Reply("một", status="answered", code="1.001193"), Reply("hai"))


@pytest.mark.parametrize("outcome", [None, "answered", {"code": "1.001193"}, {"status": 3}])
async def test_an_outcome_that_cannot_be_read_leaves_the_text(outcome: Any) -> None:
    [reply] = await answered({"text": "một"}, {"custom": {"answer": outcome}})

    assert reply == Reply("một")


@pytest.mark.parametrize(
    "url", ["http://example.gov.vn", "javascript:alert(1)", "https://", "//x", "https://[x", ""]
)
async def test_no_citizen_is_sent_to_an_address_that_is_not_https(url: str) -> None:
    [reply] = await answered({"text": "một"}, {"custom": {"source": {**SOURCE, "url": url}}})

    assert reply.link is None


@pytest.mark.parametrize("messages", [[], [{"text": " "}], [{"custom": {"source": SOURCE}}]])
async def test_an_answer_that_says_nothing_is_a_failure(messages: list[Any]) -> None:
    assert await failure(FakeRasa(lambda _: messages)) is Cause.EMPTY


async def test_a_slow_rasa_is_a_failure_in_time() -> None:
    rasa = FakeRasa()
    rasa.seconds = 5

    assert await failure(rasa, seconds=0.05) is Cause.TIMEOUT


async def test_a_rasa_that_is_down_is_a_failure() -> None:
    rasa = FakeRasa()
    rasa.is_down = True

    assert await failure(rasa) is Cause.UNREACHABLE
    assert not await Rasa(rasa.http()).is_up()


@pytest.mark.parametrize(
    ("response", "cause"),
    [
        (httpx2.Response(500, text="oops"), Cause.BAD_STATUS),
        (httpx2.Response(302, headers={"Location": "/"}), Cause.BAD_STATUS),
        (httpx2.Response(200, text="<html>"), Cause.BAD_ANSWER),
        (httpx2.Response(200, json={"text": "not a list"}), Cause.BAD_ANSWER),
        (httpx2.Response(200, json=[{"text": 7}]), Cause.BAD_ANSWER),
        (httpx2.Response(200, content=b"\xff\xfe"), Cause.BAD_ANSWER),
        (httpx2.Response(200, content=b"[" * 100_000), Cause.BAD_ANSWER),
    ],
)
async def test_what_is_not_an_answer_is_a_failure(response: httpx2.Response, cause: Cause) -> None:
    rasa = FakeRasa()
    rasa.response = response

    assert await failure(rasa) is cause


@given(JSON)
async def test_any_answer_is_read_or_is_a_named_failure(answer: Any) -> None:
    rasa = FakeRasa()
    rasa.response = httpx2.Response(200, content=json.dumps(answer).encode())

    try:
        replies = await Rasa(rasa.http()).ask(a_turn())
    except RasaFailed as error:
        assert error.cause in (Cause.EMPTY, Cause.BAD_ANSWER)
    else:
        assert all(reply.text.strip() for reply in replies)
