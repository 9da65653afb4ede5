"""Settings: defaults, then .env, then the shell."""

from pathlib import Path

import pytest

from tools import surroundings


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

    with pytest.raises(ValueError, match=r"\.env line 2"):
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
