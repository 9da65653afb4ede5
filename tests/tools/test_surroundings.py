"""Settings: defaults, then .env, then the shell."""

from pathlib import Path

import pytest

from tools import surroundings
from tools.processes import BadSetting


def test_reads_values_quotes_and_comments(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# ours\nHOTLINE="1900 1234"  # call\nEMPTY=\nURL=http://a/?b=c\nTWO=a b\n')

    settings = surroundings.read(file)

    assert settings == {
        "HOTLINE": "1900 1234",
        "EMPTY": "",
        "URL": "http://a/?b=c",
        "TWO": "a b",
    }


@pytest.mark.parametrize("line", ["HOTLINE 1900", 'HOTLINE="1900'])
def test_names_a_line_it_cannot_read(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"A=1\n{line}\n")

    with pytest.raises(BadSetting, match=r"\.env line 2"):
        surroundings.read(file)


def test_the_shell_has_the_last_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("GATEWAY_PORT=1\nHF_HUB_OFFLINE=0\n")
    monkeypatch.setenv("GATEWAY_PORT", "2")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)

    environment = surroundings.environment(file)

    assert environment["GATEWAY_PORT"] == "2"
    assert environment["HF_HUB_OFFLINE"] == "0"
    assert environment["RASA_TELEMETRY_ENABLED"] == "false"


def test_a_changed_port_is_changed_for_those_who_call_there(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("KNOWLEDGE_PORT=9001\n")

    assert surroundings.environment(file)["KNOWLEDGE_URL"] == "http://127.0.0.1:9001"


def test_an_address_that_is_set_stays(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("KNOWLEDGE_URL=http://elsewhere:1\n")

    assert surroundings.environment(file)["KNOWLEDGE_URL"] == "http://elsewhere:1"


def test_a_port_that_is_no_number_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("RASA_PORT=high\n")

    with pytest.raises(BadSetting, match="RASA_PORT must be a port number, not 'high'"):
        surroundings.environment(file)
