"""A message that says where the citizen is and nothing else: a position is told in such words."""

import re

from vietnamese.text import clean, fold

_NAME = r"[^\W\d_][\w'-]*"
_COMMUNE = rf"(?:phuong|xa|dac khu) (?:{_NAME}|\d+)(?: {_NAME}){{0,4}}"
_PROVINCE = rf"(?:tinh|thanh pho|tp\.?) {_NAME}(?: {_NAME}){{0,2}}"
_HERE = re.compile(rf"(?:(?:toi|minh|em) )?(?:dang )?o ({_COMMUNE}, ?{_PROVINCE})")


def place_told(text: str) -> str:
    """The commune and its province, as they were typed; "" when the message says anything else.

    >>> place_told("toi o phuong 1, tinh ca mau"), place_told("toi o xa Tan Lap bi hen ba lan")
    ('phuong 1, tinh ca mau', '')
    """
    said = clean(text).strip(" .")
    found = _HERE.fullmatch(fold(said))
    return said[found.start(1) :] if found and len(fold(said)) == len(said) else ""
