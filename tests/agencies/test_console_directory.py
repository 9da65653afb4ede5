import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest

from agencies.api import create_app
from agencies.console.tree import grow, path
from agencies.database import open_engine
from agencies.directory import read
from agencies.model import Location
from agencies.settings import EXAMPLE_DIRECTORY, Settings
from agencies.store import AgencyStore
from tests.agencies.samples import CONFIRMED, SMALL, agency, directory_of

PAGE = "/console/directory"


class Links(HTMLParser):
    """Every address a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"href", "src", "action", "srcset", "poster"}
        self.found += [value for name, value in attrs if name in names and value]


def links(html: str) -> list[str]:
    parser = Links()
    parser.feed(html)
    return parser.found


async def test_the_front_door_leads_to_the_directory(http):
    response = await http.get("/", follow_redirects=True)

    assert response.url.path == PAGE
    assert "Toàn bộ 4 cơ quan" in response.text


async def test_shows_the_tree_with_the_state_of_each_contact(http):
    text = (await http.get(PAGE)).text

    committee, department = text.index("Ủy ban nhân dân tỉnh Mẫu"), text.index("Sở Tư pháp")
    assert committee < text.index("<ul>", committee) < department
    assert text.count("Đã xác nhận liên hệ") == 3
    assert text.count("Chưa xác nhận liên hệ") == 1


async def test_finds_without_diacritics_and_says_what_is_above(http):
    text = (await http.get(PAGE, params={"q": "xa dong"})).text

    assert "Tìm thấy 1 cơ quan" in text
    assert "Ủy ban nhân dân xã Đông" in text
    assert "Thuộc Ủy ban nhân dân tỉnh Mẫu" in text


async def test_nothing_found_is_said_with_a_way_on(http):
    text = (await http.get(PAGE, params={"q": "bay lên sao Hỏa"})).text

    assert "Không có cơ quan nào khớp với “bay lên sao Hỏa”" in text
    assert f'href="{PAGE}"' in text


@pytest.mark.parametrize("query", ["", "   ", "\u200b", "\x00"])
async def test_an_empty_search_shows_everything(http, query):
    assert "Toàn bộ 4 cơ quan" in (await http.get(PAGE, params={"q": query})).text


@pytest.mark.parametrize("query", ["x" * 10_000, "😀" * 300, "'; DROP TABLE agency; --", "%_%"])
async def test_any_text_may_be_searched(http, query):
    response = await http.get(PAGE, params={"q": query})

    assert response.status_code == 200


async def test_what_is_searched_is_never_markup(http):
    text = (await http.get(PAGE, params={"q": '"><script>alert(1)</script>'})).text

    assert "<script" not in text
    assert "&lt;script&gt;" in text


async def test_what_the_directory_says_is_never_markup(http, loaded):
    await loaded.replace(directory_of(agency("x", "<b>Sở</b> & 'x'")), file="f")

    text = (await http.get(PAGE)).text

    assert "&lt;b&gt;Sở&lt;/b&gt; &amp; &#39;x&#39;" in text


async def test_an_agency_has_a_page_of_its_own(http):
    text = (await http.get(f"{PAGE}/so-tu-phap")).text

    assert "<h1>Sở Tư pháp tỉnh Mẫu</h1>" in text
    assert "Thứ Hai đến Thứ Tư: 07:30 – 11:30" in text
    assert "<li>Công chứng</li>" in text
    assert 'href="mailto:a@example.invalid"' in text
    assert 'href="tel:0000000001"' in text
    assert "Liên hệ ví dụ" not in text


async def test_says_where_the_counter_stands_if_that_is_known(http, loaded):
    [first, *rest] = SMALL
    known = replace(first, location=Location(21.594, 105.848))
    await loaded.replace(directory_of(known, *rest), file="own.yml")

    there = (await http.get(f"{PAGE}/{known.code}")).text
    elsewhere = (await http.get(f"{PAGE}/so-tu-phap")).text

    assert "21.594, 105.848" in there
    assert "kinh độ" not in elsewhere


async def test_a_fictional_contact_is_marked_and_cannot_be_clicked(http, loaded):
    await loaded.replace(read(EXAMPLE_DIRECTORY), file="agencies.yml")

    overview = (await http.get(PAGE)).text
    page = (await http.get(f"{PAGE}/so-tu-phap")).text

    assert "Danh bạ ví dụ." in overview
    assert "Liên hệ ví dụ." in page
    assert "mailto:" not in page
    assert "tel:" not in page


@pytest.mark.parametrize("path", [f"{PAGE}/so-khac", "/console/anything", f"{PAGE}/a/b"])
async def test_a_page_that_is_not_there_is_said_in_vietnamese(http, path):
    response = await http.get(path)

    assert response.status_code == 404
    assert "Không tìm thấy trang" in response.text


async def test_a_database_that_is_away_is_an_apology_with_the_hotline(tmp_path):
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/no/folder.db")
    app = create_app(Settings(hotline="1900 0000"), AgencyStore(engine))

    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://agencies"
    ) as client:
        response = await client.get(PAGE)

    assert response.status_code == 503
    assert "Xin lỗi" in response.text
    assert "1900 0000" in response.text
    await engine.dispose()


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}?q=so", f"{PAGE}/so-tu-phap", f"{PAGE}/so-khac", "/agencies"]
)
async def test_every_answer_forbids_scripts_and_other_hosts(http, path):
    response = await http.get(path)

    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/so-tu-phap", f"{PAGE}/so-khac"])
async def test_every_link_stays_here_and_leads_somewhere(http, path):
    for link in links((await http.get(path)).text):
        if link.startswith(("mailto:", "tel:", "#")):
            continue
        assert link.startswith("/")
        assert (await http.get(link)).status_code == 200, link


async def test_the_pages_hold_scripts_from_here_only_and_no_inline_styles():
    for template in Path("agencies/console/templates").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(
            r'<script(?! src="/console/static/)|<style|\sstyle=|\son[a-z]+=', text
        ), template


def test_the_tree_puts_an_agency_whose_parent_is_missing_at_the_top():
    tree = grow(SMALL[1:])

    assert [node.agency.code for node in tree] == ["so-tu-phap", "to-phan-loai", "ubnd-xa-dong"]


def test_the_path_to_an_agency_begins_at_the_top():
    ward = agency("mot-cua", parent="ubnd-xa-dong", contact=CONFIRMED)

    above = path(ward, (*SMALL, ward))

    assert [one.code for one in above] == ["ubnd-tinh", "ubnd-xa-dong"]
