"""The report, the letters and the directory's workbook over the whole app."""

import io
import re

import openpyxl
import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from agencies.api import create_app
from agencies.client import CaseContact, CaseProcedure
from agencies.reports.reading import Reports
from agencies.reports.room import ReportRoom
from agencies.retention import Retention
from agencies.retention_rules import RetentionRules
from agencies.settings import Settings
from agencies.staff.model import Role
from agencies.staff.room import open_room
from agencies.staff.settings import StaffSettings
from agencies.staff.tables import audit
from tests.agencies import staffed
from tests.agencies.cases.conftest import CALENDAR, CLERK, a_draft

WEEK = "/console/reports/2026-W48"
LAND = CaseProcedure("1.002", "=HYPERLINK(1) <b>Đất đai</b>", "Đất đai", "commune", "UBND")
FORM = {
    "title": "extension",
    "agency": "Sở Tư pháp",
    "place": "Thái Nguyên",
    "dossier": "H19-1",
    "applicant": "Bà Lê Thị Mẫu <i>",
    "procedure": "Đăng ký khai sinh",
    "received": "2026-11-02",
    "promised": "20/11/2026",
    "new_date": "2026-12-03",
    "reason": "Chờ xác minh",
}


@pytest.fixture
def app(loaded, engine, clock, reports: Reports):
    rules = RetentionRules.load()
    room = ReportRoom(reports, Retention(engine, rules, clock), 0, CALENDAR, clock)
    staff = open_room(engine, StaffSettings())
    return create_app(Settings(), loaded, staff=staff, reports=room)


@pytest.fixture
async def week(cases, clock):
    """Two cases of the department, one of the ward, a week later."""
    own = {"contact": CaseContact()}
    first = await cases.create(a_draft(**own), agency="so-tu-phap")
    facts = {"submission": "f2", "conversation": "portal:2", "procedure": LAND}
    await cases.create(a_draft(**own | facts), agency="so-tu-phap")
    ward = {"submission": "f3", "conversation": "portal:3", "wish": "question"}
    asked = await cases.create(a_draft(**own | ward), agency="ubnd-xa-dong")
    clock.set("2026-11-25 09:00")
    await cases.answer(first.case, "Đã xong", CLERK)
    clock.set("2026-11-30 08:00")
    return first.case, asked.case


def head(app):
    return staffed.browser(app, Role.HEAD, "so-tu-phap")


def coordinator(app):
    return staffed.browser(app, Role.COORDINATOR)


def printed(response):
    return " ".join(PdfReader(io.BytesIO(response.content)).pages[0].extract_text().split())


async def test_the_coordinator_sees_the_whole_province(app, week):
    async with coordinator(app) as browser:
        page = await browser.get(WEEK)

    assert page.status_code == 200
    assert "Phạm vi: Toàn tỉnh" in page.text
    assert "Ủy ban nhân dân xã Đông" in page.text
    assert "Chưa đặt thời hạn lưu trữ" in page.text
    assert week[1].code in page.text


async def test_a_head_sees_only_the_own_agency_on_page_paper_and_workbook(app, week):
    async with head(app) as browser:
        page = await browser.get(WEEK)
        pdf = await browser.get(f"{WEEK}.pdf")
        xlsx = await browser.get(f"{WEEK}.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.content))
    cells = [str(cell.value) for one in sheet for row in one.iter_rows() for cell in row]
    for text in (page.text, printed(pdf), " ".join(cells)):
        assert "Sở Tư pháp tỉnh Mẫu" in text
        assert "xã Đông" not in text
        assert week[1].code not in text


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMINISTRATOR, None])
@pytest.mark.parametrize("path", [WEEK, f"{WEEK}.pdf", f"{WEEK}.xlsx", "/console/letters/apology"])
async def test_whoever_may_not_read_reports_gets_none(app, week, role, path):
    at = "so-tu-phap" if role is Role.CLERK else None
    async with staffed.browser(app, role, at) as browser:
        response = await browser.get(path)

    assert response.status_code in ((403,) if role else (302, 303, 307))
    assert "Toàn tỉnh" not in response.text


async def test_without_a_week_the_last_whole_one_is_shown(app, clock):
    async with coordinator(app) as browser:
        latest = await browser.get("/console/reports")
        asked = await browser.get("/console/reports", params={"week": "2026-W40"})

    assert latest.headers["location"].endswith("/2026-W47")
    assert asked.headers["location"].endswith("/2026-W40")


@pytest.mark.parametrize("week", ["2026-W54", "x", "2026-W47.pdf.pdf", "0000-W01"])
async def test_a_week_that_is_none_is_not_there(app, week):
    async with coordinator(app) as browser:
        response = await browser.get(f"/console/reports/{week}")

    assert response.status_code == 404


async def test_an_empty_week_has_a_page_a_paper_and_a_workbook(app):
    async with coordinator(app) as browser:
        page = await browser.get("/console/reports/2026-W20")
        pdf = await browser.get("/console/reports/2026-W20.pdf")
        xlsx = await browser.get("/console/reports/2026-W20.xlsx")

    assert "Không có phản ánh, kiến nghị nào" in page.text
    assert "Không có phản ánh, kiến nghị nào" in printed(pdf)
    assert openpyxl.load_workbook(io.BytesIO(xlsx.content)).sheetnames == ["Tổng hợp"]


async def test_bars_are_named_in_words_and_nothing_is_styled_in_line(app, week):
    async with coordinator(app) as browser:
        page = await browser.get(WEEK)

    assert re.search(
        r'<span class="label">Sở Tư pháp tỉnh Mẫu</span>\s*<svg[^>]*aria-hidden', page.text
    )
    assert not re.search(r"<script|\sstyle=|\son[a-z]+=", page.text)


async def test_titles_of_procedures_are_only_words(app, week):
    async with coordinator(app) as browser:
        page = await browser.get(WEEK)
        xlsx = await browser.get(f"{WEEK}.xlsx")

    assert "<b>Đất đai" not in page.text
    assert "=HYPERLINK(1) &lt;b&gt;Đất đai" in page.text
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.content))
    cells = [cell for one in sheet for row in one.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}


async def test_small_numbers_are_not_ranked_on_the_page(app, week, reports):
    async with coordinator(app) as browser:
        page = await browser.get(WEEK)

    assert "chưa đủ (n = 1)" in page.text
    assert "100 %" not in page.text


async def test_who_took_a_report_away_is_in_the_audit(app, week, engine):
    async with coordinator(app) as browser:
        await browser.get(f"{WEEK}.xlsx")

    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(audit))).mappings().all()
    [row] = [row for row in rows if row["action"] == "report.exported"]
    assert (row["object_id"], row["detail"]) == ("2026-W48", {"as": "xlsx"})


async def test_a_letter_is_drafted_changed_and_printed(app, clock):
    async with head(app) as browser:
        blank = await browser.get("/console/letters/apology")
        drafted = await browser.post("/console/letters/apology", data=FORM)
        body = "Kính thưa Bà,\n\nChúng tôi xin lỗi."
        pdf = await browser.post(
            "/console/letters/apology", data=FORM | {"body": body, "step": "pdf"}
        )
        text = await browser.post(
            "/console/letters/apology", data=FORM | {"body": body, "step": "text"}
        )

    assert "Sở Tư pháp tỉnh Mẫu" in blank.text
    assert "hẹn trả kết quả vào ngày 03/12/2026" in drafted.text
    assert "Bà Lê Thị Mẫu &lt;i&gt;" in drafted.text
    assert "Chúng tôi xin lỗi." in printed(pdf)
    assert "Chúng tôi xin lỗi." in text.text
    assert "attachment" in pdf.headers["content-disposition"]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"new_date": "2026-11-24"}, "Ngày làm việc tiếp theo: 25/11/2026"),
        ({"new_date": "31/02/2026"}, "Không phải là ngày"),
        ({"applicant": "  "}, "Còn thiếu."),
        ({"reason": "x" * 2001}, "Quá dài."),
        ({"body": "x" * 9000}, "Quá dài."),
    ],
)
async def test_what_is_wrong_with_a_letter_stands_at_its_field(app, clock, facts, says):
    async with head(app) as browser:
        page = await browser.post("/console/letters/apology", data=FORM | facts | {"step": "pdf"})

    assert page.status_code == 422
    assert says in page.text
    assert "Chờ xác minh" in page.text or "reason" in facts


async def test_a_letter_begins_with_what_the_own_case_says(app, cases, clock):
    draft = a_draft(dossier_code="H19-777")
    case = (await cases.create(draft, agency="so-tu-phap")).case

    async with head(app) as browser:
        own = await browser.get("/console/letters/apology", params={"case": case.code})
    async with staffed.browser(app, Role.HEAD, "ubnd-xa-dong") as browser:
        foreign = await browser.get("/console/letters/apology", params={"case": case.code})

    assert "H19-777" in own.text
    assert "Lê Thị Bí Mật" in own.text
    assert "H19-777" not in foreign.text
    assert "Bí Mật" not in foreign.text


async def test_a_letter_without_the_forms_token_is_refused(app):
    async with head(app) as browser:
        del browser.headers[staffed.HEADER]
        response = await browser.post("/console/letters/apology", data=FORM)

    assert response.status_code == 403


async def test_nothing_of_a_letter_is_kept(app, engine, clock):
    async with head(app) as browser:
        await browser.post(
            "/console/letters/apology", data=FORM | {"body": "Xin lỗi", "step": "pdf"}
        )

    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(audit))).all()
    assert "H19-1" not in repr(rows)
    assert "Lê Thị Mẫu" not in repr(rows)


async def test_an_administrator_says_that_a_contact_was_checked(app, loaded, engine):
    async with staffed.browser(app, Role.ADMINISTRATOR) as browser:
        page = await browser.get("/console/directory/ubnd-xa-dong")
        done = await browser.post(
            "/console/directory/ubnd-xa-dong/contact", data={"state": "confirmed"}
        )
        unknown = await browser.post("/console/directory/xx/contact", data={"state": "confirmed"})
        odd = await browser.post("/console/directory/ubnd-xa-dong/contact", data={"state": "x"})

    assert "Kiểm tra liên hệ" in page.text
    assert done.headers["location"].endswith("?done=checked")
    assert unknown.status_code == 404
    assert odd.headers["location"].endswith("?done=refused")
    assert (await loaded.agency("ubnd-xa-dong")).contact.state == "confirmed"


async def test_others_neither_see_nor_send_the_form_of_the_contact(app, loaded):
    async with head(app) as browser:
        page = await browser.get("/console/directory/ubnd-xa-dong")
        sent = await browser.post(
            "/console/directory/ubnd-xa-dong/contact", data={"state": "confirmed"}
        )
        book = await browser.get("/console/directory-workbook.xlsx")

    assert "Kiểm tra liên hệ" not in page.text
    assert (sent.status_code, book.status_code) == (403, 403)
    assert (await loaded.agency("ubnd-xa-dong")).contact.state == "unconfirmed"


async def test_an_administrator_takes_the_directory_as_a_workbook(app):
    async with staffed.browser(app, Role.ADMINISTRATOR) as browser:
        book = await browser.get("/console/directory-workbook.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["Cơ quan"]
    assert [sheet.cell(row, 1).value for row in (3, 4)] == ["ubnd-tinh", "so-tu-phap"]


async def test_health_tells_what_is_kept_for_ever(app, http):
    health = (await http.get("/healthz")).json()

    assert health["status"] == "ok"
    assert health["kept_for_ever"][:2] == ["contact", "words"]
