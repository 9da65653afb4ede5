"""Each reason alone, over a small province. How good all are together is in evaluation/."""

import pytest

from agencies import directory
from agencies.cases.lexicon import Lexicon
from agencies.cases.mentions import Names
from agencies.cases.routing import Matter, Routing, propose
from agencies.cases.scores import Reason
from agencies.model import Kind, Level, Unit
from agencies.settings import EXAMPLE_DIRECTORY
from tests.agencies.samples import agency

LEXICON = Lexicon.load()
PROVINCE = (Unit("99", "tỉnh Mẫu"),)
EAST = (Unit("99001", "xã Đông"),)
POLICE = ("Cấp, quản lý căn cước", "Đăng ký, quản lý cư trú")


def of_commune(code, name, kind, **facts):
    return agency(code, name, kind=kind, level=Level.COMMUNE, area=EAST, **facts)


DIRECTORY = (
    agency("ubnd-tinh", "Ủy ban nhân dân tỉnh Mẫu", kind=Kind.COMMITTEE, area=PROVINCE),
    agency("triage", "Tổ phân loại", kind=Kind.TRIAGE, area=PROVINCE),
    agency(
        "so-tu-phap",
        "Sở Tư pháp tỉnh Mẫu",
        area=PROVINCE,
        fields=("Hộ tịch", "Công chứng"),
    ),
    agency(
        "so-lao-dong",
        "Sở Nội vụ tỉnh Mẫu",
        area=PROVINCE,
        other_names=("Sở Lao động - Thương binh và Xã hội",),
    ),
    agency("cong-an-tinh", "Công an tỉnh Mẫu", kind=Kind.SECTOR, area=PROVINCE, fields=POLICE),
    agency("thue", "Thuế tỉnh Mẫu", kind=Kind.SECTOR, area=PROVINCE, fields=("Thuế",)),
    of_commune(
        "ubnd-xa-dong",
        "Ủy ban nhân dân xã Đông",
        Kind.COMMITTEE,
        fields=("Hộ tịch",),
        other_names=("UBND xã Tây",),
    ),
    of_commune("mot-cua-dong", "Trung tâm Phục vụ hành chính công xã Đông", Kind.ONE_STOP),
    of_commune("cong-an-xa-dong", "Công an xã Đông", Kind.SECTOR, fields=POLICE),
)
ROUTING = Routing(LEXICON, DIRECTORY)
BIRTH = {
    "field": "Hộ tịch",
    "level": "commune",
    "executing_agency": "Ủy ban nhân dân cấp xã",
}


def first(text, **facts):
    return ROUTING.propose(Matter(text, **facts))[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sở Tư pháp trả lời chậm", "so-tu-phap"),
        ("so tu phap tra loi cham", "so-tu-phap"),
        ("SỞ TƯ PHÁP TỈNH MẪU chậm", "so-tu-phap"),
        ("UBND xã Đông không tiếp dân", "ubnd-xa-dong"),
        ("uỷ ban xã Đông không tiếp dân", "ubnd-xa-dong"),
        ("UBND xã Tây cũ giữ hồ sơ của tôi", "ubnd-xa-dong"),
        ("Sở Lao động thương binh xã hội quên hồ sơ", "so-lao-dong"),
        ("sở lao động quên hồ sơ", "so-lao-dong"),
        ("công an xã Đông hẹn mãi", "cong-an-xa-dong"),
        ("bên thuế không hướng dẫn", "thue"),
        ("làm căn cước ở xã Đông bị bắt về", "cong-an-xa-dong"),
        ("làm căn cước bị bắt về", "cong-an-tinh"),
        ("một cửa xã Đông quát dân", "mot-cua-dong"),
    ],
)
def test_an_agency_is_known_by_its_names_and_by_what_people_call_it(text, code):
    assert first(text).agency == code


def test_every_field_of_the_lexicon_is_one_of_the_example_directory():
    known = {field for one in directory.read(EXAMPLE_DIRECTORY).agencies for field in one.fields}

    clues = (*LEXICON.bodies, *LEXICON.topics)
    assert {field for clue in clues for field in clue.fields} <= known


def test_every_body_named_in_the_lexicon_is_one_of_the_example_directory():
    names = Names(LEXICON, directory.read(EXAMPLE_DIRECTORY).agencies)

    for clue in (*LEXICON.bodies, *LEXICON.topics):
        assert not clue.name or len(names.called(clue.name)) == 1, clue.name


def test_the_procedure_speaks_louder_than_a_wrongly_named_agency():
    proposal = first("Sở Tư pháp làm khai sinh chậm", place_code="99001", **BIRTH)

    assert proposal.agency == "ubnd-xa-dong"
    assert Reason.PROCEDURE in proposal.reasons


def test_but_the_counter_that_is_named_is_meant():
    assert first("một cửa xã Đông quát tôi", place_code="99001", **BIRTH).agency == "mot-cua-dong"


def test_a_place_in_the_text_comes_before_that_of_the_conversation():
    other = (
        *DIRECTORY,
        agency(
            "ubnd-xa-nam",
            "Ủy ban nhân dân xã Nam",
            kind=Kind.COMMITTEE,
            level=Level.COMMUNE,
            area=(Unit("99002", "xã Nam"),),
            fields=("Hộ tịch",),
        ),
    )
    matter = Matter("khai sinh ở xã Nam", place_code="99001", place_name="xã Đông")

    assert propose(matter, other, LEXICON)[0].agency == "ubnd-xa-nam"


def test_a_place_is_known_by_its_name_alone():
    assert first("chậm quá", place_name="xã Đông").agency == "ubnd-xa-dong"


@pytest.mark.parametrize("place", ["99777", ""])
def test_a_commune_that_is_not_listed_is_for_triage_and_nobody_elses(place):
    best, *others = ROUTING.propose(Matter("khai sinh chậm", place_code=place, **BIRTH))

    assert best.agency == "triage"
    assert Reason.UNLISTED in best.reasons
    assert "ubnd-xa-dong" not in {other.agency for other in others}


def test_but_the_service_above_takes_its_own():
    matter = {"field": POLICE[0], "level": "commune", "executing_agency": "Công an cấp xã"}

    assert first("chậm quá", place_code="99777", **matter).agency == "cong-an-tinh"


def test_what_nobody_owns_is_for_triage():
    assert [each.agency for each in ROUTING.propose(Matter("bực mình quá"))] == ["triage"]


def test_triage_is_always_among_the_proposals_so_there_is_always_one():
    for text in ("", "?", "Sở Tư pháp", "thuế thuế thuế", "a" * 5000):
        assert "triage" in {each.agency for each in ROUTING.propose(Matter(text))}


def test_the_same_text_gives_the_same_proposals():
    matter = Matter("bên thuế và công an xã Đông đều chậm")

    assert ROUTING.propose(matter) == Routing(LEXICON, DIRECTORY).propose(matter)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("cán bộ quát tôi", "behaviour"),
        ("can bo quat toi", "behaviour"),
        ("góp ý: nên cho nộp ảnh", "solution"),
        ("quy định vô lý", "unfit"),
        ("làm thẻ căn cước", ""),
    ],
)
def test_the_content_of_article_5_is_told_by_words_or_not_at_all(text, category):
    assert ROUTING.category(text) == category


EXAMPLE = Routing(LEXICON, directory.read(EXAMPLE_DIRECTORY).agencies)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # The level of the matter, where the place is known and where it is not.
        ("đèn đường hỏng ở Cải Đan", "ubnd-phuong-song-cong"),
        ("đèn đường hỏng cả tháng", "so-xay-dung"),
        ("tỉnh lộ qua Cải Đan toàn ổ gà", "so-xay-dung"),
        ("khai sinh ở Vô Tranh chậm quá", "to-tiep-nhan-phan-anh"),
        ("làm căn cước ở Vô Tranh chậm quá", "cong-an-tinh"),
        ("hát karaoke ở Cải Đan cả đêm", "ubnd-phuong-song-cong"),
        ("bốc số ở phường Sông Công cả buổi", "trung-tam-phuc-vu-hanh-chinh-cong-phuong-song-cong"),
        # A body is named in full: the commune's is not meant.
        ("Công an tỉnh giữ giấy của tôi ở Cải Đan", "cong-an-tinh"),
        # Who is only mentioned.
        ("công ty nợ lương", "so-noi-vu"),
        ("hồi trước nộp bên sở tư pháp, nay làm thường trú", "cong-an-tinh"),
        ("đóng thuế xong, tách thửa mãi chưa được", "van-phong-dang-ky-dat-dai"),
        ("đề nghị thanh tra kiểm tra nhà thuốc", "so-y-te"),
        # A matter that moved is not its old owner's.
        ("Sở Tư pháp làm phiếu lý lịch tư pháp chậm", "cong-an-tinh"),
        # The office of the department.
        ("đất đai sang tên sổ", "van-phong-dang-ky-dat-dai"),
        # Single syllables without diacritics.
        ("chua thay ai tra loi", "to-tiep-nhan-phan-anh"),
        ("tien thue nha cao", "to-tiep-nhan-phan-anh"),
        # A commune without a name: its matter is for triage, one of the province's is not.
        ("xã bảo chờ khai sinh mãi", "to-tiep-nhan-phan-anh"),
        ("nợ lương mà phường không giải quyết", "so-noi-vu"),
        # Elsewhere.
        ("ở Bắc Ninh, công an phường đòi tiền tạm trú", "to-tiep-nhan-phan-anh"),
        ("tòa án hoãn mãi", "to-tiep-nhan-phan-anh"),
        # A name of several units is weak.
        ("ở Tân Thịnh làm thẻ bhyt chậm", "bao-hiem-xa-hoi-tinh"),
    ],
)
def test_over_the_example_directory_each_mechanism_alone_decides(text, code):
    assert EXAMPLE.propose(Matter(text))[0].agency == code


def test_of_several_communes_each_is_proposed_weakly():
    proposals = EXAMPLE.propose(Matter("đường thôn ở Tân Thịnh lầy lội"))

    assert proposals[0].agency == "so-xay-dung"
    assert "ubnd-phuong-phan-dinh-phung" in {each.agency for each in proposals[:3]}
