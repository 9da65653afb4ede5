"""Tokens between our processes: made once, the same for all, for nobody else to read."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import surroundings
from tools.tokens import FILE, NAMES, tokens


def test_are_made_once_and_kept(tmp_path: Path) -> None:
    first = tokens(tmp_path)

    assert set(first) == set(NAMES)
    assert len(set(first.values())) == len(NAMES)
    assert min(map(len, first.values())) >= 40
    assert tokens(tmp_path) == first


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    tokens(tmp_path)

    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(tokens, [tmp_path] * 8))

    assert all(tokens(tmp_path) == one for one in made)


def test_one_that_is_new_is_added_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.parent.mkdir()
    file.write_text(f"{NAMES[0]}=ours\n", encoding="utf-8")

    made = tokens(tmp_path)

    assert made[NAMES[0]] == "ours"
    assert made[NAMES[1]]


def test_a_setting_goes_before_them(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("GATEWAY_STAFF_TOKEN=theirs\n", encoding="utf-8")

    environment = surroundings.environment(env)

    assert environment["GATEWAY_STAFF_TOKEN"] == "theirs"
    assert environment["AGENCIES_API_TOKEN"] == tokens(tmp_path)["AGENCIES_API_TOKEN"]
