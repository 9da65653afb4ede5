"""Every sender of the registry, held to the same contract."""

import json
from contextlib import asynccontextmanager
from itertools import chain, repeat

import httpx2
import pytest

from agencies.outbox.writing import Purpose
from agencies.senders.base import Later, Refused, Sent, Skipped
from agencies.senders.citizen import CitizenSender
from agencies.senders.console import ConsoleSender
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter
from agencies.senders.smtp import EmailSender
from agencies.senders.testing import FakeLine, FakeReaders, Fault, SmtpServer, WebhookReceiver
from agencies.senders.webhook import Endpoint, WebhookSender
from gateway.client import StaffLine
from tests.agencies.senders.samples import CATEGORIES, parcel
from tests.agencies.senders.sender_contract import FallibleContract, SenderContract, Way

SECRET = "a secret of thirty-two characters"


class TestConsole(SenderContract):
    @pytest.fixture
    def parcel(self):
        return parcel(recipient="so-tu-phap")

    @pytest.fixture
    def open_way(self):
        @asynccontextmanager
        async def way():
            yield Way(ConsoleSender(FakeReaders()), lambda: ["the queue itself"])

        return way

    async def test_a_case_of_another_agency_is_not_shown(self):
        outcome = await ConsoleSender(FakeReaders()).send(parcel(recipient="ubnd-xa-dong"))

        assert isinstance(outcome, Refused)

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({}, Later),
            ({"forwarded": True}, Skipped),
            ({"purpose": Purpose.WARNING}, Skipped),
            ({"purpose": Purpose.DIGEST, "case": None}, Later),
        ],
    )
    async def test_where_nobody_has_an_account_nobody_was_told(self, facts, expected):
        nobody = ConsoleSender(FakeReaders(cases=False, deliveries=False))

        outcome = await nobody.send(parcel(recipient="so-tu-phap", **facts))

        assert isinstance(outcome, expected)


class TestEmail(FallibleContract):
    @pytest.fixture
    def parcel(self):
        return parcel()

    @pytest.fixture
    def open_way(self):
        @asynccontextmanager
        async def way(*faults):
            async with SmtpServer(faults=faults) as server:
                settings = SmtpSettings(
                    host="127.0.0.1",
                    port=server.port,
                    security="none",
                    sender="mot-cua@tinh.gov.vn",
                    seconds=1.0,
                )
                letters = Letters(CATEGORIES)
                mail = Mail(settings, letters, SheetPrinter(letters))
                yield Way(EmailSender(settings, mail), lambda: list(server.letters))

        return way


class TestWebhook(FallibleContract):
    @pytest.fixture
    def parcel(self):
        return parcel(recipient="so-tu-phap")

    @pytest.fixture
    def open_way(self):
        @asynccontextmanager
        async def way(*faults):
            async with WebhookReceiver(faults=faults, secret=SECRET) as receiver:
                endpoint = Endpoint(f"http://127.0.0.1:{receiver.port}/cases", SECRET)
                sender = WebhookSender({"so-tu-phap": endpoint}, allow_private=True, seconds=1.0)
                yield Way(sender, lambda: list(receiver.worked))
                await sender.close()

        return way


async def test_a_citizen_is_never_sent_our_words_to_agencies():
    sender = CitizenSender(FakeLine())

    outcome = await sender.send(parcel(recipient="portal:abc", payload={}))

    assert isinstance(outcome, Refused)


async def test_what_becomes_of_a_message_is_what_the_gateway_says():
    line = FakeLine()
    sender = CitizenSender(line)
    message = parcel(recipient="zalo:1", payload={"text": "Xong."})
    outcomes = {}

    for line.delivery in ("queued", "sent", "held", "dead"):
        outcomes[line.delivery] = await sender.send(message)

    assert isinstance(outcomes["queued"], Later)
    assert not outcomes["queued"].everyone
    assert isinstance(outcomes["sent"], Sent)
    assert not outcomes["sent"].is_held
    assert isinstance(outcomes["held"], Sent)
    assert outcomes["held"].is_held
    assert isinstance(outcomes["dead"], Refused)
    assert len(line.shown) == 1


async def test_a_404_of_a_proxy_does_not_end_a_conversation():
    def proxy(_):
        return httpx2.Response(404, text="<html>nothing here</html>")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(proxy), base_url="http://gateway")
    sender = CitizenSender(StaffLine(http))

    outcome = await sender.send(parcel(recipient="portal:abc", payload={"text": "Xong."}))

    assert isinstance(outcome, Later)
    await sender.close()


class TestCitizen(FallibleContract):
    @pytest.fixture
    def parcel(self):
        payload = {"text": "Đã giải quyết.", "author_name": "Sở Tư pháp"}
        return parcel(
            recipient="portal:abcdefghijkl", purpose=Purpose.ANSWER, payload=payload, case=None
        )

    @pytest.fixture
    def open_way(self):
        @asynccontextmanager
        async def way(*faults):
            shown = {}
            coming = chain(faults, repeat(Fault.NONE))

            def gateway(request):
                fault = next(coming)
                body = json.loads(request.content)
                statuses = {Fault.TEMPORARY: 503, Fault.BUSY: 429, Fault.FINAL: 404}
                if fault in statuses:
                    return httpx2.Response(statuses[fault], json={"error": "not_found"})
                if fault is Fault.SLOW:
                    raise httpx2.ReadTimeout("slow", request=request)
                if fault is Fault.LOST:
                    raise httpx2.ConnectError("away", request=request)
                shown.setdefault(body["key"], body)
                if fault is Fault.UNTOLD:
                    raise httpx2.RemoteProtocolError("hung up", request=request)
                return httpx2.Response(202, json={"delivery": "sent"})

            http = httpx2.AsyncClient(
                transport=httpx2.MockTransport(gateway), base_url="http://gateway"
            )
            sender = CitizenSender(StaffLine(http))
            yield Way(sender, lambda: list(shown))
            await sender.close()

        return way
