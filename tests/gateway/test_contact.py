"""How to reach somebody, read out of what they type when they are asked."""

import pytest

from gateway.contact import ContactReader
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
    ],
)
def test_reads_a_contact(text: str, contact: Contact) -> None:
    assert READER.read(text) == contact


@pytest.mark.parametrize(
    "text",
    [
        "thôi",
        "Nguyễn Văn An",
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
