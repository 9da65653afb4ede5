from dataclasses import asdict
from typing import Any

import pytest

from gateway.custom import with_custom
from gateway.messages import Checklist, ChecklistItem, Reply
from tests.gateway.samples import CHECKLIST

ITEM = {"name": "Tờ khai", "originals": None, "copies": None, "forms": []}
SMALLEST = {"title": "Đăng ký khai sinh", "code": "1.001193", "items": [ITEM]}


def test_a_checklist_belongs_to_the_reply() -> None:
    read = with_custom(Reply("một"), {"checklist": asdict(CHECKLIST)})

    assert read == Reply("một", checklist=CHECKLIST)


@pytest.mark.parametrize("case", [{}, {"case": None}, {"case": ""}])
def test_a_procedure_with_one_case_has_no_name_for_it(case: dict[str, Any]) -> None:
    read = with_custom(Reply("một"), {"checklist": SMALLEST | case})

    assert read.checklist == Checklist("Đăng ký khai sinh", "1.001193", (ChecklistItem("Tờ khai"),))


@pytest.mark.parametrize(
    "checklist",
    [
        None,
        "x",
        [],
        {},
        SMALLEST | {"items": []},
        SMALLEST | {"title": ""},
        SMALLEST | {"items": [{"name": ""}]},
        SMALLEST | {"items": [{"name": "x", "originals": -1}]},
        SMALLEST | {"notes": "x"},
    ],
)
def test_a_checklist_that_cannot_be_read_leaves_the_text(checklist: Any) -> None:
    assert with_custom(Reply("một"), {"checklist": checklist}) == Reply("một")


@pytest.mark.parametrize("url", ["http://x.vn/a.docx", "javascript:alert(1)", "//x", "x", "", None])
def test_a_form_at_an_address_that_is_not_https_is_only_named(url: str | None) -> None:
    item = ITEM | {"forms": [{"name": "Mẫu", "url": url}]}

    checklist = with_custom(Reply("một"), {"checklist": SMALLEST | {"items": [item]}}).checklist

    assert checklist is not None
    [form] = checklist.items[0].forms
    assert (form.name, form.url) == ("Mẫu", "")


@pytest.mark.parametrize("name", ["Tờ khai;", "Tờ khai ,", "Tờ khai"])
def test_a_document_is_named_without_the_mark_that_parts_it_from_the_next(name: str) -> None:
    checklist = with_custom(
        Reply("một"), {"checklist": SMALLEST | {"items": [ITEM | {"name": name}]}}
    ).checklist

    assert checklist is not None
    assert checklist.items[0].name == "Tờ khai"


def test_the_end_of_an_answer_is_rateable_whatever_else_comes_with_it() -> None:
    reply = with_custom(Reply("một"), {"rate": True})

    assert reply.rateable
    assert with_custom(reply, {"source": None}).rateable


@pytest.mark.parametrize("rate", [None, False, "true", 1, {}])
def test_nothing_else_makes_a_reply_rateable(rate: Any) -> None:
    assert not with_custom(Reply("một"), {"rate": rate}).rateable
