"""`python -m agencies report` and `retention run`, over a database of its own."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from agencies.__main__ import app
from agencies.cases.store import CaseStore
from agencies.database import open_engine
from agencies.rules import Rules
from tests.agencies.cases.conftest import CALENDAR, CLERK, a_draft

LONG_AGO = datetime(2026, 9, 1, 2, tzinfo=UTC)
PERIODS = """\
contact: {days: 5, source: "QĐ 1/2026"}
words: {days: null, source: null}
drafts: {days: null, source: null}
attachments: {days: null, source: null}
deliveries: {days: null, source: null}
"""


@pytest.fixture
async def closed(tmp_path, monkeypatch):
    """A migrated database with the example directory and a case that ended long ago."""
    url = f"sqlite+aiosqlite:///{tmp_path}/agencies.db"
    monkeypatch.setenv("AGENCIES_DATABASE_URL", url)
    invoke("migrate")
    engine = open_engine(url)
    store = CaseStore(engine, Rules.load(), CALENDAR, lambda: LONG_AGO)
    case = (await store.create(a_draft(), agency="so-tu-phap")).case
    case = await store.answer(case, "Đã xong", CLERK)
    await store.close(case, CLERK)
    yield store
    await engine.dispose()


def invoke(*arguments):
    """Commands run a loop of their own, so each has a thread of its own here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(CliRunner().invoke, app, list(arguments)).result()


async def test_writes_the_report_of_a_week_on_paper_and_as_a_workbook(closed, tmp_path):
    pdf, xlsx = tmp_path / "tuan.pdf", tmp_path / "tuan.xlsx"

    printed = invoke("report", "--week", "2026-W36", "--out", str(pdf))
    invoke("report", "--week", "2026-W36", "--out", str(xlsx))

    assert printed.exit_code == 0, printed.output
    assert "2026-W36: 1 received" in printed.output
    assert "no retention is set for: contact" in printed.output
    assert "Tuần 36/2026" in PdfReader(io.BytesIO(pdf.read_bytes())).pages[0].extract_text()
    assert "Cơ quan" in openpyxl.load_workbook(xlsx).sheetnames


async def test_a_report_of_one_agency(closed, tmp_path):
    out = str(tmp_path / "tuan.xlsx")

    other = invoke("report", "--week", "2026-W36", "--agency", "cong-an-tinh", "--out", out)
    own = invoke("report", "--week", "2026-W36", "--agency", "so-tu-phap", "--out", out)
    nobody = invoke("report", "--week", "2026-W36", "--agency", "khong-co", "--out", out)

    assert "2026-W36: 0 received" in other.output
    assert "2026-W36: 1 received" in own.output
    assert nobody.exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [("--week", "2026-W54", "--out", "a.pdf"), ("--week", "2026-W36", "--out", "a.doc")],
)
async def test_what_cannot_be_written_is_refused(closed, arguments):
    assert invoke("report", *arguments).exit_code == 2


async def test_without_a_week_it_is_the_last_whole_one(closed, tmp_path):
    printed = invoke("report", "--out", str(tmp_path / "tuan.pdf"))

    week = (datetime.now(UTC) + timedelta(hours=7) - timedelta(days=7)).isocalendar()
    assert f"{week.year}-W{week.week:02}: " in printed.output


async def test_nothing_is_erased_while_no_period_is_set_and_that_is_said(closed):
    run = invoke("retention", "run")

    assert "nothing is due" in run.output
    assert "WARNING: kept for ever, no period is set: contact, words" in run.output


async def test_a_dry_run_says_what_a_run_then_does(closed, tmp_path, monkeypatch):
    file = tmp_path / "retention.yml"
    file.write_text(PERIODS, encoding="utf-8")
    monkeypatch.setenv("AGENCIES_RETENTION", str(file))

    dry = invoke("retention", "run", "--dry-run")
    run = invoke("retention", "run")
    again = invoke("retention", "run")

    assert "contact of 1 cases would be erased (expired, QĐ 1/2026)" in dry.output
    assert "contact of 1 cases erased (expired, QĐ 1/2026)" in run.output
    assert "nothing is due" in again.output
    assert "WARNING" in again.output
    assert await closed.erase("portal:abc") == 0


async def test_a_damaged_file_of_periods_is_exit_code_2(closed, tmp_path, monkeypatch):
    file = tmp_path / "retention.yml"
    file.write_text("contact: 5", encoding="utf-8")
    monkeypatch.setenv("AGENCIES_RETENTION", str(file))

    assert invoke("retention", "run").exit_code == 2


async def test_the_template_of_the_directory_is_written_and_can_be_loaded(closed, tmp_path):
    file = str(tmp_path / "danh-ba.xlsx")

    written = invoke("directory", "template", file, "--from", "data/agencies.yml")
    loaded = invoke("directory", "load", file)

    assert written.exit_code == 0, written.output
    assert "0 added, 0 changed, 0 withdrawn" in loaded.output


async def test_a_checked_contact_stays_through_the_next_load(closed):
    checked = invoke("directory", "contact", "so-tu-phap", "inactive")
    loaded = invoke("directory", "load", "data/agencies.yml")
    unknown = invoke("directory", "contact", "khong-co", "inactive")

    assert checked.exit_code == 0, checked.output
    assert "so-tu-phap stays inactive, as staff found" in loaded.output
    assert unknown.exit_code == 2
