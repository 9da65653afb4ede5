"""Cases over HTTP, through the client the other processes use, against the real app."""

from base64 import b64encode
from dataclasses import replace

import httpx2
import pytest

from agencies.api import create_app
from agencies.cases.room import open_cases
from agencies.cases.settings import CaseSettings
from agencies.client import (
    AgenciesUnavailable,
    CaseAttachment,
    CaseContact,
    CasePlace,
    CaseProcedure,
    CaseReceipt,
    CaseRefused,
    CasesClient,
    Step,
)
from agencies.settings import Settings
from agencies.staff.scope import Scope
from tests.agencies.cases.conftest import CLERK, a_draft

TOKEN = "a-token-of-the-tests"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
PROGRAM = CaseAttachment("a.pdf", "application/pdf", b"MZ\x90\x00")
UNKNOWN = ("PA-0000-0000", "xyz", "../healthz", "PA-7K2M-09X1'--", "%00")


@pytest.fixture
def room(engine, clock):
    return open_cases(engine, CaseSettings(api_token=TOKEN, tracking_rate="5/minute"), clock)


@pytest.fixture
def app(loaded, room):
    return create_app(Settings(hotline="1900 0000"), loaded, cases=room)


@pytest.fixture
def client(http):
    return CasesClient(http, TOKEN)


@pytest.fixture
async def receipt(client) -> CaseReceipt:
    made = await client.create(a_draft())
    assert isinstance(made, CaseReceipt)
    return made


async def answer(room, code):
    case = await room.cases.case(code, Scope.everything())
    return await room.cases.answer(case, "Đã cấp giấy khai sinh.", CLERK)


async def test_a_form_becomes_a_case_with_a_code_and_a_deadline(client, receipt, clock):
    assert receipt.is_new
    assert (receipt.agency, receipt.agency_name) == ("so-tu-phap", "Sở Tư pháp tỉnh Mẫu")
    assert receipt.reply_due > clock.at


async def test_the_same_form_again_is_the_same_case(client, receipt):
    again = await client.create(a_draft())

    assert again == replace(receipt, is_new=False)


async def test_everything_of_the_form_is_kept(client, room):
    draft = a_draft(
        category="behaviour",
        procedure=CaseProcedure("1.0", "Đăng ký khai sinh", "Hộ tịch", "commune", "UBND cấp xã"),
        place=CasePlace("99001", "xã Đông"),
        dossier_code="H01.1",
        attachments=(CaseAttachment("../ảnh.png", "text/html", PNG),),
    )

    receipt = await client.create(draft)

    case = await room.cases.case(receipt.code, Scope.everything())
    assert (case.text, case.category, case.dossier_code) == (draft.text, "behaviour", "H01.1")
    assert (case.procedure_title, case.field) == ("Đăng ký khai sinh", "Hộ tịch")
    assert (case.place_code, case.contact_phone) == ("99001", "0912345678")
    assert (case.consent_version, case.consent_at) == ("2026-11", draft.consent.at)
    assert case.routing["confirmed"] == "so-tu-phap"
    assert case.routing["proposed"][0]["agency"] == "ubnd-xa-dong"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"text": "Tôi muốn khiếu nại quyết định thu hồi đất số 12"}, "complaint"),
        ({"text": "toi lam don to cao can bo nhan tien"}, "complaint"),
        ({"text": "nhà hàng xóm đang cháy to quá"}, "emergency"),
        ({"consent": None}, "consent"),
        ({"category": "không có"}, "category"),
        ({"attachments": (PROGRAM,)}, "attachment"),
        ({"attachments": (CaseAttachment("a.png", "image/png", PNG),) * 6}, "attachment"),
    ],
)
async def test_what_may_not_be_a_case_is_refused_with_the_reason(client, cases, facts, why, sent):
    assert await client.create(a_draft(**facts)) == CaseRefused(why)
    assert await sent() == []


async def test_a_province_may_insist_on_a_contact(engine, clock, loaded, tmp_path):
    text = open_rules().replace("contact:\n  required: false", "contact:\n  required: true")
    (tmp_path / "rules.yml").write_text(text, encoding="utf-8")
    settings = CaseSettings(rules=tmp_path / "rules.yml", api_token=TOKEN)
    room = open_cases(engine, settings, clock)
    transport = httpx2.ASGITransport(app=create_app(Settings(), loaded, cases=room))
    async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as http:
        client = CasesClient(http, TOKEN)
        refused = await client.create(a_draft(contact=CaseContact("Chỉ có tên")))
        made = await client.create(a_draft())

    assert refused == CaseRefused("contact")
    assert isinstance(made, CaseReceipt)


def open_rules() -> str:
    from agencies.rules import FILE

    return FILE.read_text(encoding="utf-8")


async def test_a_body_without_end_is_cut_off(http):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    content = b64encode(b"0" * 40_000_000)

    response = await http.post("/cases", content=content, headers=headers)

    assert response.status_code == 413


async def test_a_fault_does_not_repeat_what_was_written(http):
    headers = {"Authorization": f"Bearer {TOKEN}"}

    response = await http.post("/routes", json={"text": 1, "so": "bi-mat"}, headers=headers)

    assert response.status_code == 400
    assert "bi-mat" not in response.text


class TestToken:
    @pytest.mark.parametrize("token", ["", "wrong", "a-token-of-the-test"])
    async def test_is_needed(self, http, receipt, token):
        stranger = CasesClient(http, token)

        for call in (
            stranger.create(a_draft(submission="form-2")),
            stranger.case(receipt.code),
            stranger.rate(receipt.code, 1),
            stranger.erase("portal:abc"),
            stranger.of_conversation("portal:abc"),
            stranger.route("chậm"),
        ):
            with pytest.raises(AgenciesUnavailable, match="401"):
                await call

    @pytest.mark.parametrize("shown", [None, "Bearer ", "Bearer", "Bearer None"])
    async def test_that_is_not_set_lets_nobody_in(self, engine, clock, loaded, shown):
        room = open_cases(engine, CaseSettings(api_token=""), clock)
        transport = httpx2.ASGITransport(app=create_app(Settings(), loaded, cases=room))
        headers = {"Authorization": shown} if shown is not None else {}
        async with httpx2.AsyncClient(transport=transport, base_url="http://agencies") as http:
            asked = [
                await http.get("/cases/PA-0000-0000", headers=headers),
                await http.post("/erasures", json={"conversation": "portal:a"}, headers=headers),
                await http.post("/lookups", json={"conversation": "portal:a"}, headers=headers),
            ]

        assert [answer.status_code for answer in asked] == [401] * 3


class TestPublicCase:
    async def test_says_where_it_stands(self, client, receipt):
        case = await client.case(receipt.code.lower().replace("-", ""))

        assert (case.code, case.state, case.agency) == (
            receipt.code,
            "received",
            "Sở Tư pháp tỉnh Mẫu",
        )
        assert (case.forwarded, case.can_rate, case.can_reopen) == (False, False, False)
        assert [event.kind for event in case.events] == ["created"]

    async def test_has_the_answer(self, client, receipt, room):
        await answer(room, receipt.code)

        case = await client.case(receipt.code)

        assert (case.state, case.answer) == ("answered", "Đã cấp giấy khai sinh.")
        assert case.answered_by == "Sở Tư pháp tỉnh Mẫu"
        assert (case.can_rate, case.can_reopen) == (True, True)

    async def test_has_the_open_question_only_while_it_waits(self, client, receipt, room):
        case = await room.cases.case(receipt.code, Scope.everything())
        await room.cases.ask_citizen(case, "Cho xin mã hồ sơ", CLERK)

        waiting = await client.case(receipt.code)
        await client.write(receipt.code, "H19.1", "message-1")

        assert (waiting.state, waiting.question) == ("waiting", "Cho xin mã hồ sơ")
        assert (await client.case(receipt.code)).question == ""

    async def test_says_why_it_was_declined(self, client, receipt, room):
        case = await room.cases.case(receipt.code, Scope.everything())
        await room.cases.decline(case, "Thuộc tòa án", CLERK)

        assert (await client.case(receipt.code)).declined == "Thuộc tòa án"

    async def test_tells_nothing_personal(self, http, client, receipt, room):
        await client.write(receipt.code, "Tôi là Bí Mật, số 0912345678", "message-1")
        case = await room.cases.case(receipt.code, Scope.everything())
        noted = await room.cases.note(case, "chị Bí Mật gọi lại", CLERK)
        await room.cases.transfer(noted, "ubnd-xa-dong", "chị Bí Mật ở xã Đông", CLERK)
        headers = {"Authorization": f"Bearer {TOKEN}"}

        json = await http.get(f"/cases/{receipt.code}", headers=headers)
        page = await http.get(f"/tracking/{receipt.code}")

        for secret in (
            "Bí Mật",
            "0912345678",
            "bimat@",
            "khai sinh của con tôi",
            "portal:abc",
            CLERK.name,
        ):
            assert secret not in json.text
            assert secret not in page.text

    @pytest.mark.parametrize("code", UNKNOWN)
    async def test_an_unknown_code_is_none(self, client, receipt, code):
        assert await client.case(code) is None


class TestOfConversation:
    async def test_the_newest_come_first(self, client, receipt):
        other = await client.create(a_draft(submission="form-2", text="Đèn đường hỏng"))

        found = await client.of_conversation("portal:abc")

        assert [case.code for case in found] == [other.code, receipt.code]
        assert (found[1].state, found[1].agency) == ("received", "Sở Tư pháp tỉnh Mẫu")

    async def test_another_one_has_none(self, client, receipt):
        assert await client.of_conversation("portal:khac") == ()

    async def test_one_that_was_forgotten_has_none(self, client, receipt):
        await client.erase("portal:abc")

        assert await client.of_conversation("portal:abc") == ()


class TestCitizenSteps:
    async def test_rating_needs_an_answer(self, client, receipt, room):
        assert await client.rate(receipt.code, 5) is Step.REFUSED
        await answer(room, receipt.code)

        assert await client.rate(receipt.code, 4, "được") is Step.DONE
        case = await room.cases.case(receipt.code, Scope.everything())
        assert (case.rating, case.rating_words) == (4, "được")

    async def test_a_score_beyond_the_scale_is_not_taken(self, client, receipt):
        with pytest.raises(AgenciesUnavailable, match="400"):
            await client.rate(receipt.code, 6)

    async def test_words_are_added_once(self, client, receipt, room):
        for _ in range(2):
            assert await client.write(receipt.code, "thêm", "message-1") is Step.DONE

        case = await room.cases.case(receipt.code, Scope.everything())
        kinds = [event.kind for event in await room.cases.events(case.id)]
        assert kinds == ["created", "citizen_wrote"]

    async def test_not_solved_reopens_once(self, client, receipt, room):
        await answer(room, receipt.code)

        for _ in range(2):
            assert await client.reopen(receipt.code, "chưa xong", "reopen-1") is Step.DONE

        case = await room.cases.case(receipt.code, Scope.everything())
        assert (case.reopened, case.state) == (1, "registered")
        assert await client.reopen(receipt.code, "chưa", "reopen-2") is Step.REFUSED

    async def test_an_unknown_code_is_unknown(self, client):
        assert await client.rate("PA-0000-0000", 5) is Step.UNKNOWN
        assert await client.write("PA-0000-0000", "a", "m") is Step.UNKNOWN
        assert await client.reopen("PA-0000-0000", "a", "m") is Step.UNKNOWN

    async def test_the_citizen_can_be_forgotten(self, client, receipt, room):
        await answer(room, receipt.code)

        assert await client.erase("portal:abc") == 1
        assert await client.erase("portal:abc") == 0

        case = await room.cases.case(receipt.code, Scope.everything())
        assert (case.text, case.contact_name, case.conversation) == ("", "", "")


class TestRoutes:
    async def test_proposes_with_reasons_and_category(self, client):
        routes = await client.route(
            "làm khai sinh ở xã Đông chậm quá", place=CasePlace("99001", "xã Đông")
        )

        assert (routes.kind, routes.category) == ("feedback", "behaviour")
        assert routes.agencies[0].code == "ubnd-xa-dong"
        assert routes.agencies[0].name == "Ủy ban nhân dân xã Đông"
        assert "topic" in routes.agencies[0].reasons

    async def test_what_nobody_owns_is_for_triage(self, client):
        [only] = (await client.route("bực mình quá đi mất")).agencies

        assert only.code == "to-phan-loai"

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("tôi tố cáo ông trưởng phòng", "complaint"),
            ("có người đang đuối nước", "emergency"),
            ("nhà to cao xây lấn đường", "feedback"),
            ("đây không phải khiếu nại, chỉ góp ý thôi", "feedback"),
        ],
    )
    async def test_says_what_is_no_feedback(self, client, text, kind):
        assert (await client.route(text)).kind == kind

    async def test_sees_a_directory_that_changed(self, client, store):
        from tests.agencies.samples import SMALL, agency, directory_of

        before = await client.route("Sở Khai Hoang chậm")
        await store.replace(
            directory_of(*SMALL, agency("so-khai-hoang", "Sở Khai Hoang")), file="more.yml"
        )
        after = await client.route("Sở Khai Hoang chậm")

        assert before.agencies[0].code == "to-phan-loai"
        assert after.agencies[0].code == "so-khai-hoang"


class TestTrackingPage:
    async def test_leads_from_a_typed_code_to_the_case(self, http, receipt):
        typed = receipt.code.lower().replace("-", " ")

        page = await http.get("/tracking", params={"code": typed}, follow_redirects=True)

        assert page.status_code == 200
        assert receipt.code in page.text
        assert "Đã tiếp nhận" in page.text

    @pytest.mark.parametrize("path", ["/tracking/PA-0000-0000", "/tracking?code=<b>x</b>"])
    async def test_says_when_there_is_none(self, http, receipt, path):
        page = await http.get(path)

        assert page.status_code == 404
        assert "Không có phản ánh nào" in page.text
        assert "<b>x</b>" not in page.text

    async def test_shows_an_answer_as_text(self, http, receipt, room):
        case = await room.cases.case(receipt.code, Scope.everything())
        await room.cases.answer(case, "<script>alert(1)</script>", CLERK)

        page = await http.get(f"/tracking/{receipt.code}")

        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text

    async def test_says_why_a_case_was_declined_and_where_to_go(self, http, receipt, room):
        case = await room.cases.case(receipt.code, Scope.everything())
        await room.cases.decline(case, "Vụ việc do tòa án giải quyết", CLERK)

        page = await http.get(f"/tracking/{receipt.code}")

        assert "Không tiếp nhận xử lý" in page.text
        assert page.text.count("Vụ việc do tòa án giải quyết") == 1
        assert "gửi một phản ánh mới" in page.text
        assert "hụ lý" not in page.text

    async def test_whoever_tries_codes_out_is_slowed_down(self, http, receipt):
        answers = [await http.get("/tracking/PA-0000-0000") for _ in range(6)]

        assert [answer.status_code for answer in answers] == [404] * 5 + [429]
        assert int(answers[-1].headers["Retry-After"]) > 0
