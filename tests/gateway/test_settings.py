"""What is set wrongly is found at the start, not at the first call."""

import pytest
from pydantic import ValidationError

from gateway.settings import MessengerSettings, Settings, ZaloSettings


@pytest.mark.parametrize("rate", ["3800", "many/minute", "5/fortnight"])
def test_a_rate_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, rate: str) -> None:
    for name, kind in (
        ("ZALO_RATE", ZaloSettings),
        ("MESSENGER_RATE", MessengerSettings),
        ("GATEWAY_RATE_PER_SESSION", Settings),
    ):
        monkeypatch.setenv(name, rate)
        with pytest.raises(ValidationError):
            kind()


@pytest.mark.parametrize(
    "address", ["openapi.zalo.me", "https://", "https://zalo.me:44x", "ftp://a"]
)
def test_an_address_that_cannot_be_called_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    for name, kind in (
        ("ZALO_API_URL", ZaloSettings),
        ("ZALO_OAUTH_URL", ZaloSettings),
        ("MESSENGER_GRAPH_URL", MessengerSettings),
    ):
        monkeypatch.setenv(name, address)
        with pytest.raises(ValidationError):
            kind()
        monkeypatch.delenv(name)


def test_a_secret_that_no_header_can_carry_is_refused_without_being_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZALO_APP_SECRET", "bí mật")

    with pytest.raises(ValidationError) as caught:
        ZaloSettings()

    assert "bí mật" not in str(caught.value)


def test_a_template_may_lack_a_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty value is as if it were not set."""
    monkeypatch.setenv("ZALO_TEMPLATE_CASE", "")
    monkeypatch.setenv("ZALO_TEMPLATE_LINK", "none")

    settings = ZaloSettings()

    assert (settings.template_case, settings.template_link) == ("code", "")
