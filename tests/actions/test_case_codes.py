"""Codes of cases in what people type."""

import pytest

from actions.case_codes import find_code


@pytest.mark.parametrize(
    "text",
    [
        "PA-7K2M-09X1",
        "phản ánh PA-7K2M-09X1 đến đâu rồi",
        "pa-7k2m-09x1",
        "phan anh pa7k2m09x1 den dau roi",
        "PA 7K2M 09X1",
        "mã PA–7K2M–09X1 ạ",
        "PA-7K2M-O9XI",
        "PA.7k2m.o9xl",
        "pa7k2m-09x1?",
    ],
)
def test_finds_a_code_however_it_is_typed(text: str) -> None:
    assert find_code(text) == "PA-7K2M-09X1"


def test_a_code_of_letters_alone_is_one_when_it_is_written_as_one() -> None:
    assert find_code("PA-ABCD-EFGH") == "PA-ABCD-EFGH"
    assert find_code("paabcdefgh") == "PA-ABCD-EFGH"


@pytest.mark.parametrize(
    "text",
    [
        "tôi muốn pa nhan vien phường",
        "PA-7K2M",
        "PA-7K2M-09X1Z",
        "1.001193",
        "H49.12.09-251120-0007",
        "spa 7k2m 09x1",
        "",
    ],
)
def test_finds_none_where_there_is_none(text: str) -> None:
    assert find_code(text) == ""
