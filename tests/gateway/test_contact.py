"""How to reach somebody, read out of what they type when they are asked."""

import pytest

from gateway.contact import ContactReader, Fault
from gateway.masking import Masking
from gateway.messages import Contact

READER = ContactReader(Masking())


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("0912345678", Contact(phone="0912345678")),
        ("0912.345.678 ạ", Contact(phone="0912345678")),
        ("+84 912 345 678", Contact(phone="0912345678")),
        ("Nguyễn Văn An, 0912 345 678", Contact("Nguyễn Văn An", "0912345678")),
        ("tôi tên là Nguyễn Văn An sđt 0912345678", Contact("Nguyễn Văn An", "0912345678")),
        ("Họ tên: Trần Thị Bé; email: be@example.vn", Contact("Trần Thị Bé", "", "be@example.vn")),
        (
            "An Nguyen, an.nguyen@example.vn, 0912345678, số 5 đường Trần Phú, xã Tân Phú",
            Contact(
                "An Nguyen", "0912345678", "an.nguyen@example.vn", "5 đường Trần Phú, xã Tân Phú"
            ),
        ),
        ("024 3825 1234", Contact(phone="02438251234")),
        ("gọi cho tôi số 0912345678 nhé", Contact(phone="0912345678")),
        ("An 0912345678", Contact("An", "0912345678")),
        ("0912345678 gọi sau giờ hành chính giúp tôi", Contact(phone="0912345678")),
        (
            "Trần Thị Bé 0912345678 thôn 3 xã Tân Phú",
            Contact("Trần Thị Bé", "0912345678", "", "thôn 3 xã Tân Phú"),
        ),
        ("lê thị hoa 0912345678", Contact("lê thị hoa", "0912345678")),
        ("Nguyễn Văn An", Contact("Nguyễn Văn An")),
        ("NGUYỄN VĂN AN", Contact("NGUYỄN VĂN AN")),
        ("tôi tên là lê thị hoa ạ", Contact("lê thị hoa")),
    ],
)
def test_reads_a_contact(text: str, contact: Contact) -> None:
    assert READER.read(text) == contact


@pytest.mark.parametrize(
    "text",
    [
        "thôi",
        "Bỏ qua",
        "Đồng ý",
        "Lệ Phí",
        "Hồ sơ cần gì",
        "tôi là người dân ở xã",
        "khai sinh lệ phí bao nhiêu?",
        "cccd 001099000001",
        "1.001193",
        "mã H49.12.09-251120-0007",
        "",
    ],
)
def test_what_reaches_nobody_is_no_contact(text: str) -> None:
    assert READER.read(text) is None


def test_an_identity_number_is_not_taken_along() -> None:
    contact = READER.read("An Nguyễn, cccd 001099000001, 0912345678")

    assert contact is not None
    assert "001099000001" not in "".join((contact.name, contact.phone, contact.address))
    assert contact.kinds == ("name", "phone")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("091234567", Fault.SHORT),
        ("số tôi là 0912 34567", Fault.SHORT),
        ("001099000001", Fault.LONG),
        ("cccd 001099000001", Fault.LONG),
        ("1912345678", Fault.OTHER),
        ("Nguyễn Văn An", Fault.NAME),
        ("0912345678", None),
        ("an@example.vn", None),
        ("Bỏ qua", None),
        ("1.001193", None),
        ("PA-1234-5678", None),
        ("mã H49.12.09-251120-0007", None),
        ("lệ phí 1500000 đồng phải không?", None),
    ],
)
def test_says_what_is_wrong_with_a_number_that_reaches_nobody(
    text: str, fault: Fault | None
) -> None:
    assert READER.fault(text) is fault
