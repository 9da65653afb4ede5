import socket
import ssl
import subprocess

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from agencies.senders.base import Later, Refused, Sent, Skipped
from agencies.senders.letters import Letters
from agencies.senders.mail import Mail
from agencies.senders.settings import SmtpSettings
from agencies.senders.sheet import SheetPrinter
from agencies.senders.smtp import EmailSender
from agencies.senders.testing import Fault, SmtpServer
from tests.agencies.senders.samples import KEY, parcel


def sender_to(port, **settings):
    known = {"host": "localhost", "port": port, "security": "none", "seconds": 5.0}
    smtp = SmtpSettings(**(known | {"sender": "mot-cua@tinh.gov.vn"} | settings))
    letters = Letters({})
    return EmailSender(smtp, Mail(smtp, letters, SheetPrinter(letters)))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of "localhost", signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return key, cert


@pytest.fixture
def tls(certificate):
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


class Mailroom:
    """What a mail server that is not ours was told."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def mailroom():
    return Mailroom()


@pytest.fixture
def open_server(mailroom):
    opened = []

    def open_(**options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = Controller(mailroom, hostname="127.0.0.1", port=port, **options)
        server.start()
        opened.append(server)
        return port

    yield open_
    for server in opened:
        server.stop()


async def test_another_mail_server_takes_it_over_tls_with_a_password(
    open_server, mailroom, tls, certificate
):
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == b"mot-cua" and data.password == b"mat khau")

    port = open_server(
        tls_context=tls, require_starttls=True, auth_required=True, authenticator=check
    )
    sender = sender_to(
        port,
        security="starttls",
        ca_file=certificate[1],
        username="mot-cua",
        password=SecretStr("mat khau"),
        bounce_address="tra-lai@tinh.gov.vn",
    )

    outcome = await sender.send(parcel())

    assert outcome == Sent(f"<{KEY}@tinh.gov.vn>")
    [envelope] = mailroom.envelopes
    assert envelope.mail_from == "tra-lai@tinh.gov.vn"
    assert envelope.rcpt_tos == ["tiepnhan@sotuphap.gov.vn"]
    assert f"<{KEY}@tinh.gov.vn>".encode() in envelope.content


async def test_a_wrong_password_is_the_fault_of_no_letter(open_server, tls, certificate):
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False)

    port = open_server(tls_context=tls, auth_required=True, authenticator=check)
    sender = sender_to(
        port,
        security="starttls",
        ca_file=certificate[1],
        username="mot-cua",
        password=SecretStr("sai"),
    )

    outcome = await sender.send(parcel())

    assert isinstance(outcome, Later)
    assert outcome.everyone


async def test_nothing_is_told_to_a_server_with_an_unknown_certificate(tls):
    async with SmtpServer(tls=tls) as server:
        outcome = await sender_to(server.port, security="starttls").send(parcel())

    assert isinstance(outcome, Later)
    assert outcome.everyone
    assert server.accepted == []


async def test_nothing_is_told_in_the_clear_to_a_server_without_tls():
    async with SmtpServer() as server:
        outcome = await sender_to(server.port, security="starttls").send(parcel())

    assert isinstance(outcome, Later)
    assert outcome.everyone
    assert server.accepted == []


async def test_a_server_that_is_away_is_the_fault_of_no_letter():
    async with SmtpServer() as server:
        port = server.port

    outcome = await sender_to(port).send(parcel())

    assert isinstance(outcome, Later)
    assert outcome.everyone


async def test_a_recipient_that_is_put_off_does_not_hold_up_the_others():
    async with SmtpServer(faults=[Fault.TEMPORARY]) as server:
        outcome = await sender_to(server.port).send(parcel())

    assert outcome == Later("smtp 450 (recipient)")


async def test_without_a_mail_server_nothing_is_wrong():
    outcome = await sender_to(0, host="").send(parcel())

    assert outcome == Later("no mail server is set", everyone=True)


@pytest.mark.parametrize("domain", ["example.invalid", "so.example", "SO.TEST"])
async def test_nothing_is_sent_to_addresses_that_only_illustrate(domain):
    async with SmtpServer() as server:
        outcome = await sender_to(server.port).send(parcel(recipient=f"a@{domain}"))

    assert isinstance(outcome, Skipped)
    assert server.accepted == []


async def test_what_is_no_address_is_refused():
    async with SmtpServer() as server:
        outcome = await sender_to(server.port).send(parcel(recipient="khong co"))

    assert isinstance(outcome, Refused)
