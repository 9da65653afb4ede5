"""The code of a case in what a citizen writes: PA-7K2M-09X1, with or without dashes, any case."""

import re

from vietnamese.text import clean, fold

_SIGNS = "[0-9a-tv-z]"  # Crockford's, and what is misread: I, L, O.
_GAP = r"[ .\-_\u2010-\u2015]{0,3}"
_CODE = re.compile(rf"(?<![a-z0-9])pa({_GAP})({_SIGNS}{{4}})({_GAP})({_SIGNS}{{4}})(?![a-z0-9])")
_OF_CODE = re.compile(rf"(?:\bcho )?(?:cau tra loi )?(?:cua )?{_CODE.pattern}")
# As typed without its first letters: the dash, a letter and a digit tell it from other numbers.
_BARE = re.compile(rf"(?<![\w.-])(?=[^ ]*[a-z])(?=[^ ]*\d)({_SIGNS}{{4}})-({_SIGNS}{{4}})(?![\w-])")
_MEANT = re.compile(
    r"(?<![a-z0-9])pa(?:-[a-z0-9]{2,6}-[a-z0-9]{2,6}|-?[a-z0-9]{6,10})(?![a-z0-9-])"
)
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
    bare = _BARE.search(fold(text))
    signs = "".join(bare.groups()).translate(_MISREAD).upper() if bare else ""
    return f"PA-{signs[:4]}-{signs[4:]}" if signs else ""


def beyond_code(text: str) -> str:
    """What else a message says, without diacritics."""
    return _BARE.sub(" ", _CODE.sub(" ", fold(text))).strip()


def without_code(text: str) -> str:
    """What else a message says, as it was typed.

    >>> without_code("Tôi chấm 4/5 cho câu trả lời PA-7K2M-09X1: giải quyết nhanh")
    'Tôi chấm 4/5 : giải quyết nhanh'
    """
    said = clean(text)
    for found in reversed(list(_OF_CODE.finditer(fold(said)))):
        said = f"{said[: found.start()]}{said[found.end() :]}"
    return said.strip()


def meant_code(text: str) -> str:
    """What is meant as a code and is none: a sign too few, too many, or one that no code has.

    >>> meant_code("PA-7K2M-09X den dau roi"), meant_code("pa-7k2m-09x1")
    ('PA-7K2M-09X', '')
    """
    if find_code(text):
        return ""
    found = _MEANT.search(fold(text))
    return found[0].upper() if found and re.search(r"\d", found[0]) else ""
