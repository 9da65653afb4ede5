"""Routing as it is measured: against the real app over the example directory, in memory."""

import json
from collections.abc import AsyncIterator

import httpx2
import pytest

from agencies import directory
from agencies.api import create_app
from agencies.cases.room import open_cases
from agencies.cases.settings import CaseSettings
from agencies.client import CasesClient
from agencies.database import open_engine, upgrade
from agencies.settings import EXAMPLE_DIRECTORY, Settings
from agencies.store import AgencyStore
from evaluation.routing import (
    FEEDBACK,
    Routed,
    UnreadableFeedback,
    figures,
    read_feedback,
    route_all,
)
from evaluation.tables import as_text

LEAST = 80


@pytest.fixture
async def cases(tmp_path) -> AsyncIterator[CasesClient]:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/agencies.db")
    await upgrade(engine)
    store = AgencyStore(engine)
    await store.replace(directory.read(EXAMPLE_DIRECTORY), file="agencies.yml")
    app = create_app(Settings(), store, cases=open_cases(engine, CaseSettings(api_token="t")))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as http:
        yield CasesClient(http, "t")
    await store.close()


def test_the_set_is_large_enough_and_names_agencies_of_the_directory():
    found = read_feedback(FEEDBACK)
    codes = {agency.code for agency in directory.read(EXAMPLE_DIRECTORY).agencies}

    assert len(found) >= LEAST
    assert len({each.id for each in found}) == len(found)
    assert {each.agency for each in found} <= codes
    assert {each.part for each in found} == {"tune", "check"}


async def test_most_feedback_is_proposed_to_who_is_responsible(cases):
    routed = await route_all(cases, read_feedback(FEEDBACK))
    check = [each for each in routed if each.feedback.part == "check"]

    assert share(check) >= 0.85
    assert sum(each.among_first for each in check) / len(check) >= 0.95
    assert all(each.kind == "feedback" for each in routed)


async def test_also_without_diacritics(cases):
    bare = [each.without_diacritics() for each in read_feedback(FEEDBACK)]

    assert share(await route_all(cases, bare)) >= 0.8


def share(routed: list[Routed]) -> float:
    return sum(each.first for each in routed) / len(routed)


async def test_the_figures_count_what_was_routed(cases, tmp_path):
    rows = [
        {
            "id": "1",
            "part": "tune",
            "text": "bên thuế chậm",
            "agency": "thue-tinh",
            "traits": ["a"],
        },
        {
            "id": "2",
            "part": "check",
            "text": "bực quá",
            "agency": "thue-tinh",
            "traits": ["a", "b"],
        },
    ]
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    table = figures(await route_all(cases, read_feedback(file)), "few")

    text = as_text(table)
    assert [row[:3] for row in table.rows] == [
        ("all", "2", "50.0%"),
        ("check", "1", "0.0%"),
        ("tune", "1", "100.0%"),
        ("  a", "2", "50.0%"),
        ("  b", "1", "0.0%"),
    ]
    assert [row[5] for row in table.rows[:3]] == ["50.0%", "100.0%", "0.0%"]
    assert text.startswith("few")


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"id": 1}'])
def test_a_file_without_feedback_is_said_to_be_so(tmp_path, content):
    file = tmp_path / "bad.jsonl"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableFeedback):
        read_feedback(file)
