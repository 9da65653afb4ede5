"""What every sender must do. Subclass it, give it the fixtures, inherit the tests."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest

from agencies.senders.base import Later, Parcel, Refused, Sender, Sent
from agencies.senders.testing import Fault
from tests.agencies.senders.samples import SECRETS


@dataclass(frozen=True)
class Way:
    """A sender, and what the other side has worked on, by key."""

    sender: Sender
    taken: Callable[[], list[str]]


OpenWay = Callable[..., AbstractAsyncContextManager[Way]]


class SenderContract:
    @pytest.fixture
    def open_way(self) -> OpenWay:
        """`open_way(*faults)`: the other side behaves like that, one after the other."""
        raise NotImplementedError

    @pytest.fixture
    def parcel(self) -> Parcel:
        raise NotImplementedError

    async def test_says_that_it_was_sent(self, open_way: OpenWay, parcel: Parcel) -> None:
        async with open_way() as way:
            outcome = await way.sender.send(parcel)

            assert isinstance(outcome, Sent)
            assert outcome.provider_id
            assert len(way.taken()) == 1

    async def test_the_other_side_knows_a_repeat(self, open_way: OpenWay, parcel: Parcel) -> None:
        async with open_way() as way:
            outcomes = [await way.sender.send(parcel) for _ in range(3)]

            assert outcomes[0] == outcomes[1] == outcomes[2]
            assert len(way.taken()) == 1


class FallibleContract(SenderContract):
    """For those with somebody at the other end of a line."""

    @pytest.mark.parametrize("fault", [Fault.TEMPORARY, Fault.BUSY, Fault.SLOW, Fault.LOST])
    async def test_a_fault_that_passes_is_for_later(
        self, open_way: OpenWay, parcel: Parcel, fault: Fault
    ) -> None:
        async with open_way(fault) as way:
            first = await way.sender.send(parcel)
            before = way.taken()
            second = await way.sender.send(parcel)

            assert isinstance(first, Later)
            assert before == []
            assert isinstance(second, Sent)
            assert len(way.taken()) == 1

    async def test_what_was_taken_but_not_told_is_sent_again_and_known(
        self, open_way: OpenWay, parcel: Parcel
    ) -> None:
        async with open_way(Fault.UNTOLD) as way:
            first = await way.sender.send(parcel)
            second = await way.sender.send(parcel)

            assert isinstance(first, Later)
            assert isinstance(second, Sent)
            assert len(way.taken()) == 1

    async def test_what_the_other_side_will_never_take_is_refused(
        self, open_way: OpenWay, parcel: Parcel
    ) -> None:
        async with open_way(Fault.FINAL) as way:
            outcome = await way.sender.send(parcel)

            assert isinstance(outcome, Refused)
            assert way.taken() == []

    @pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
    async def test_reasons_name_nobody(
        self, open_way: OpenWay, parcel: Parcel, fault: Fault
    ) -> None:
        async with open_way(fault) as way:
            outcome = await way.sender.send(parcel)

        assert isinstance(outcome, Later | Refused)
        assert outcome.reason
        for secret in (*SECRETS, parcel.recipient):
            assert secret not in outcome.reason
