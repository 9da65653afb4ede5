import pytest

from gateway.metrics import Metrics
from gateway.pausing import BROKEN, LONGEST_BROKEN, STRIKES, Pauses
from tests.gateway.conftest import Clock


@pytest.fixture
def pauses(clock: Clock) -> Pauses:
    return Pauses(Metrics(), clock=clock)


def minutes_resting(pauses: Pauses, clock: Clock) -> int:
    for minute in range(60):
        if "zalo" not in pauses.resting():
            return minute
        clock.advance(minutes=1)
    raise AssertionError("it never ends")


def test_a_broken_channel_rests_longer_each_time_up_to_a_limit(
    pauses: Pauses, clock: Clock
) -> None:
    rests = []
    for _ in range(6):
        pauses.broken("zalo", "token")
        rests.append(minutes_resting(pauses, clock))

    assert rests[0] == BROKEN.total_seconds() / 60
    assert rests == [1, 2, 4, 8, 10, 10]
    assert rests[-1] == LONGEST_BROKEN.total_seconds() / 60


def test_calls_that_fail_together_make_one_pause(pauses: Pauses, clock: Clock) -> None:
    for _ in range(16):
        pauses.broken("zalo", "token")

    assert minutes_resting(pauses, clock) == 1


def test_after_a_success_the_next_pause_is_short_again(pauses: Pauses, clock: Clock) -> None:
    pauses.broken("zalo", "token")
    clock.advance(minutes=2)
    pauses.broken("zalo", "token")
    clock.advance(minutes=3)

    pauses.works("zalo")
    reason = pauses.reason("zalo")
    pauses.broken("zalo", "token")

    assert reason == ""
    assert minutes_resting(pauses, clock) == 1


def test_what_was_under_way_when_it_began_does_not_end_it(pauses: Pauses) -> None:
    pauses.broken("zalo", "token")

    pauses.works("zalo")

    assert pauses.resting() == {"zalo"}


def test_a_channel_is_down_when_nothing_works_any_more(pauses: Pauses) -> None:
    alone = [pauses.is_down("zalo", f"zalo:{n}", "500") for n in range(STRIKES - 1)]
    pauses.works("zalo")
    after = [pauses.is_down("zalo", f"zalo:{n}", "500") for n in range(STRIKES)]

    assert alone == [False] * (STRIKES - 1)
    assert after == [False] * (STRIKES - 1) + [True]
    assert pauses.resting() == {"zalo"}


def test_one_conversation_that_fails_again_and_again_is_not_the_channel(pauses: Pauses) -> None:
    alone = [pauses.is_down("zalo", "zalo:an", "-1234") for _ in range(STRIKES * 3)]

    assert not any(alone)
    assert pauses.resting() == frozenset()


def test_one_channel_does_not_stop_another(pauses: Pauses) -> None:
    pauses.broken("zalo", "token")

    assert pauses.resting() == {"zalo"}
    assert pauses.reason("messenger") == ""
