"""The code of a case in what a citizen writes: PA-7K2M-09X1, with or without dashes, any case."""

import re

from vietnamese.text import fold

_SIGNS = "[0-9a-tv-z]"  # Crockford's, and what is misread: I, L, O.
_GAP = r"[ .\-_\u2010-\u2015]{0,3}"
_CODE = re.compile(rf"(?<![a-z0-9])pa({_GAP})({_SIGNS}{{4}})({_GAP})({_SIGNS}{{4}})(?![a-z0-9])")
_MISREAD = str.maketrans("ilo", "110")


def find_code(text: str) -> str:
    """The first code, as agencies write it; "" when there is none.

    >>> find_code("phan anh pa 7k2mo9xi den dau roi"), find_code("tôi muốn pa nhan vien phường")
    ('PA-7K2M-09X1', '')
    """
    for found in _CODE.finditer(fold(text)):
        before, first, between, last = found.groups()
        signs = (first + last).translate(_MISREAD).upper()
        # "pa nhan vien" is "phản ánh nhân viên": letters alone have to be written as a code.
        dashed = bool(before.strip() and between.strip())
        if dashed or not (before or between) or re.search(r"\d", first + last):
            return f"PA-{signs[:4]}-{signs[4:]}"
    return ""


def beyond_code(text: str) -> str:
    """What else a message says."""
    return _CODE.sub(" ", fold(text)).strip()
