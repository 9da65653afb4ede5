import re

import pytest

from agencies.cases.codes import ALPHABET, new_code, read_code


def test_a_code_has_eight_signs_that_nobody_mixes_up():
    for _ in range(200):
        assert re.fullmatch(f"PA-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", new_code())
    assert not set("ILOU") & set(ALPHABET)


def test_codes_use_their_whole_range():
    signs = [sign for _ in range(2000) for sign in new_code()[3:] if sign != "-"]

    assert all(signs.count(sign) > len(signs) / len(ALPHABET) / 2 for sign in ALPHABET)


@pytest.mark.parametrize(
    "typed",
    ["PA-7K2M-09X1", "pa7k2m09x1", " PA 7K2M 09X1 ", "7k2m-09x1", "PA.7K2M.O9XI", "PA–7K2M–o9Xl"],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_code(typed) == "PA-7K2M-09X1"


@pytest.mark.parametrize(
    "typed",
    ["", "PA", "PA-7K2M", "PA-7K2M-09X12", "PA-UUUU-UUUU", "x" * 9999, "\x00"],
)
def test_what_cannot_be_a_code_is_none(typed):
    assert read_code(typed) == ""


def test_every_new_code_is_read_as_itself():
    codes = [new_code() for _ in range(500)]

    assert [read_code(code) for code in codes] == codes
