"""Nobody's number gets through, and nothing that a question needs is lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.clean import clean
from gateway.identifiers import digits_of
from gateway.masking import Masking

MASKING = Masking()
NUMBER, EMAIL = "[số đã che]", "[email đã che]"

PERSONAL = [
    # Phones.
    "0912345678",
    "0912 345 678",
    "0912.345.678",
    "0912-345-678",
    "0912/345/678",
    "091 234 5678",
    "091 2345 678",
    "09 1234 5678",
    "0912 34 56 78",
    "09.12.34.56.78",
    "0912345 678",
    "0912 . 345 . 678",
    "(091) 234-5678",
    "0 9 1 2 3 4 5 6 7 8",
    "+84912345678",
    "+84 912 345 678",
    "(+84) 912.345.678",
    "+84(0)912345678",
    "0084 912 345 678",
    "84912345678",
    "024 3825 1234",
    "(024) 3825 1234",
    "0251.3822.123",
    "０９１２３４５６７８",
    # Identity cards: twelve digits, and nine of the old ones.
    "001099000001",
    "001 099 000001",
    "0010 9900 0001",
    "001.099.000.001",
    "001-0-99-000001",
    "001099 000001",
    "079 303 001 234",
    "0 0 1 0 9 9 0 0 0 0 0 1",
    "123456789",
    # Social insurance, tax, passports, cards, accounts.
    "7912345678",
    "8012345678-001",
    "B1234567",
    "c12345678",
    "4111 1111 1111 1111",
    "19034567890123",
]
NAMED = [
    "CCCD số 123 456 789 012",
    "số chứng minh của em là 12.345.6789",
    "CMND: 123.456.789",
    "cmnd 123 456 789 nhà 5 người",
    "BHXH 79 12 345678",
    "ma so thue ca nhan cua toi 80 1234 5678",
    "hộ chiếu số B 1234567",
    "passport AB123456",
    "tài khoản ngân hàng 19 0345 6789",
    "stk 12345678",
    "912 345 678 là sđt của em",
    "bhxh 1900123456",
]
MAILS = ["an.nguyen@gmail.com", "an@dvc.gov.vn", "an (at) gmail.com", "an a còng gmail chấm com"]
NEEDED = [
    # Procedures.
    "thủ tục 1.001193",
    "1.001193, 2.000635 và 3.000182",
    "1.001193.000.00.00.H49",
    "căn cước công dân 1.004194",
    "hộ chiếu 1.010386 phí 200000 đồng",
    # Decisions.
    "quyết định 163/QĐ-BTP",
    "03/2025/TT-VPCP và 118/2025/NĐ-CP ngày 09/06/2025",
    # Dossiers.
    "H49.12.09-251120-0007",
    "h49.12.09-251120-0007",
    "H49.12.09 - 251120 - 0007",
    "H49 12 09 251120 0007",
    "000.00.12.H49-251120-0001",
    "G22.99-251120-00012",
    "G01.899.107.000-230410-0021",
    "sđt của cán bộ xem H49.12.09-251120-0007 là gì",
    # Days and hours.
    "ngày 20/11/2026",
    "từ 01.01.2025-31.12.2025",
    "từ 09.12.2025-31.12.2025",
    "09-12-2025 15 giờ",
    "căn cước hết hạn 20.11.2026",
    "năm 2019 2020 2021 2022",
    "đóng bhxh 2015 2016 2017 2018",
    "tháng 9/2025 - 10/2026",
    "7h30 - 11h30, 13h30 - 17h00",
    # Money.
    "200.000 đồng",
    "1.500.000.000",
    "vốn 100 000 000",
    "vốn 84.900.000.000",
    "2000000000 đồng",
    "1234567890đ",
    "tài khoản phải có 100 000 000",
    "BHXH rút một lần được 123.456.789",
    "căn cước 50.000đ, hộ chiếu 200.000đ",
    # Hotlines.
    "113, 114, 115, 1022",
    "gọi 1800 1096 hay 19001096",
    "tổng đài 1900 561 292",
    "1900561292",
    # Small numbers.
    "con 10 tuổi, đất 120 m2, thửa 123 tờ 45, 2 bản",
    "căn cước 14 25 40 60 tuổi",
    "1. 2. 3. 4. 5. 6. 7. 8. 9. 10",
    "mẫu TK01, quốc lộ 1A km 1234+500",
    "sđt có bắt buộc không",
]


@pytest.mark.parametrize("number", PERSONAL)
def test_a_persons_number_is_masked_whole(number: str) -> None:
    masked = MASKING.mask(f"tôi là An {number}, hỏi lệ phí")

    assert masked.text == f"tôi là An {NUMBER}, hỏi lệ phí"
    assert masked.count == 1


@pytest.mark.parametrize("text", NAMED)
def test_a_number_is_masked_where_a_word_says_whose_it_is(text: str) -> None:
    masked = MASKING.mask(text)

    assert NUMBER in masked.text
    assert len(digits_of(masked.text)) < 2


@pytest.mark.parametrize("email", MAILS)
def test_an_email_is_masked(email: str) -> None:
    assert MASKING.mask(f"gửi vào {email} nhé").text == f"gửi vào {EMAIL} nhé"


@pytest.mark.parametrize("text", NEEDED)
def test_what_a_question_needs_stays(text: str) -> None:
    assert MASKING.mask(text).text == text


def test_what_stands_beside_a_personal_number_stays() -> None:
    text = "An, 0912.345.678, căn cước 001099000001, hồ sơ H49.12.09-251120-0007 ngày 20/11/2026"

    masked = MASKING.mask(text)

    assert masked.text == (
        f"An, {NUMBER}, căn cước {NUMBER}, hồ sơ H49.12.09-251120-0007 ngày 20/11/2026"
    )
    assert masked.count == 2


DIGIT = st.sampled_from("0123456789")
# Any text, with what is next to the number no digit: that would be another number.
SURROUNDINGS = st.text(max_size=30) | st.sampled_from(
    ["H49.12.09-251120-", "1.", "20/11/2026 ", "200.000 ", "số ", "84 ", "x@y.z", "1.001193.000."]
)
SEPARATORS = st.sampled_from([" ", ".", "-"])


@st.composite
def grouped(
    draw: st.DrawFn, beginnings: tuple[str, ...], groups: tuple[tuple[int, ...], ...]
) -> str:
    """A number with one of the beginnings, in one of the groups."""
    sizes = draw(st.sampled_from(groups))
    digits = draw(st.sampled_from(beginnings))
    digits += "".join(draw(DIGIT) for _ in range(sum(sizes) - len(digits)))
    places = [sum(sizes[:number]) for number in range(len(sizes))]
    parts = (digits[at : at + size] for at, size in zip(places, sizes, strict=True))
    return draw(SEPARATORS).join(parts)


PHONES = grouped(
    ("03", "05", "07", "08", "09"),
    ((10,), (4, 3, 3), (3, 3, 4), (3, 4, 3), (2, 4, 4), (4, 6), (4, 2, 2, 2), (2, 2, 2, 2, 2)),
) | grouped(("03", "09"), ((10,), (4, 3, 3))).map(lambda phone: "+84" + phone[1:])
IDENTITIES = grouped(
    ("0010", "0011", "0792", "0793", "0962"),
    ((12,), (3, 3, 3, 3), (4, 4, 4), (3, 3, 6), (3, 9), (6, 6), (3, 1, 2, 6)),
)
EMAILS = st.from_regex(
    r"[a-z][a-z0-9._-]{0,12}@[a-z][a-z0-9-]{0,9}(\.[a-z]{2,6}){1,2}", fullmatch=True
)


def surrounded(before: str, personal: str, after: str) -> str:
    """As the gateway meets it: cleaned, and with no digit next to the number."""
    before = before.rstrip() if clean(before)[-1:].isdigit() else before
    before = f"{before}," if clean(before)[-1:].isdecimal() else before
    after = f",{after}" if clean(after)[:1].isdecimal() else after
    return clean(f"{before}{personal}{after}")


@given(SURROUNDINGS, PHONES | IDENTITIES, SURROUNDINGS)
@example("34 56 ", "0912 34 56 78", " 2012")
@example("09 12 ", "0920 34 20 12", ".2034")
@example("H49.12.09-251120-", "0912345678", "")
@example("000000.", "001000 000000", "")
@example("", "0300 000 000", "²")
def test_whatever_surrounds_a_number_it_never_comes_through(
    before: str, personal: str, after: str
) -> None:
    masked = MASKING.mask(surrounded(before, personal, after))

    assert personal not in masked.text
    assert masked.count >= 1


@given(SURROUNDINGS, EMAILS, SURROUNDINGS)
def test_whatever_surrounds_an_email_it_never_comes_through(
    before: str, email: str, after: str
) -> None:
    masked = MASKING.mask(clean(f"{before}{email}{after}"))

    assert email not in masked.text


@given(st.text(max_size=200))
def test_a_masked_text_has_nothing_left_to_mask(text: str) -> None:
    once = MASKING.mask(text)

    assert MASKING.mask(once.text).text == once.text


@given(st.text(alphabet=st.characters(exclude_categories=("Nd", "No"), exclude_characters="@＠﹫")))
def test_a_text_without_digits_and_at_sign_stays(text: str) -> None:
    assert MASKING.mask(text).text == text


def test_the_words_of_an_event_are_masked_and_its_ids_are_not() -> None:
    event = {
        "sender": {"id": "1234567890123456"},
        "timestamp": 1763628000000,
        "message": {"mid": "m_001099000001", "text": "sđt 0912345678", "tags": ["an@gmail.com"]},
    }

    masked = MASKING.mask_event(event)

    assert masked["message"] == {
        "mid": "m_001099000001",
        "text": f"sđt {NUMBER}",
        "tags": [EMAIL],
    }
    assert masked["sender"] == event["sender"]
    assert masked["timestamp"] == event["timestamp"]


def test_what_is_left_to_understand_has_no_tokens() -> None:
    assert MASKING.without_tokens(f"căn cước {NUMBER} bị mất") == "căn cước bị mất"


def test_a_part_that_only_tells_a_number_goes_with_it() -> None:
    told = f"Tôi là An, CCCD {NUMBER}, số điện thoại {NUMBER}, đăng ký tạm trú ở đâu?"

    assert MASKING.without_tokens(told) == "Tôi là An, đăng ký tạm trú ở đâu?"
    assert MASKING.without_tokens(f"Số của em {NUMBER}. Khai tử ở đâu?") == "Khai tử ở đâu?"
    assert MASKING.without_tokens(f"làm lại căn cước {NUMBER}, lâu không") == (
        "làm lại căn cước , lâu không"
    )


@pytest.mark.parametrize(
    "text", [NUMBER, f"cccd {NUMBER}", f"Số điện thoại của em là {NUMBER} ạ", f"{NUMBER} {EMAIL}!"]
)
def test_a_message_of_nothing_but_personal_data_asks_nothing(text: str) -> None:
    assert MASKING.asks_nothing(text)


@pytest.mark.parametrize("text", [f"căn cước {NUMBER} bị mất", f"{NUMBER} làm hộ chiếu ở đâu"])
def test_a_message_with_a_question_asks_something(text: str) -> None:
    assert not MASKING.asks_nothing(text)
