"""The shapes of personal numbers in Vietnam, and of numbers that look like them but are not.

Every pattern reads text as `folded` gives it: lower case, without diacritics, plain digits.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Province of birth registration, first three digits of an identity number (07/2016/TT-BCA). The
# numbers stayed with the people when provinces were merged in 2025.
_PROVINCES = frozenset(
    f"{code:03}"
    for code in (
        *(1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35),
        *(36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70),
        *(72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96),
    )
)
_ANY_GAP = r"[ ._()·•‐-―-]{0,3}"

EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]+ ?(?:@|\(at\)|\[at\]| a cong | a moc ) ?[\w-]+(?:(?:\.| cham )[\w-]+)+"
)
# Ten digits of a mobile phone, nine or ten of a fixed one, eleven of the years before 2018.
_SUBSCRIBER = r"(?:[35789](?:G\d){8}|2(?:G\d){8,9}|1(?:G[2689])(?:G\d){8})"
_PLUS = rf"(?:\+G84|\(\+?84\)|(?<!\d)00G84)(?:G\(?0\)?)?G{_SUBSCRIBER}(?!\d)"
PHONE_ABROAD = re.compile(_PLUS.replace("G", _ANY_GAP))
# Grouped as people write it, one separator throughout: nothing else looks like this.
PHONE_GROUPED = re.compile(
    r"(?<!\d)0(?:[35789]\d\d([ ./-])\d{3}\1\d{3}|[35789]\d([ ./-])\d{3}\2\d{4}"
    r"|[35789]\d([ ./-])\d{4}\3\d{3}|[35789]([ .-])\d{4}\4\d{4}|[35789]\d\d[ ./-]\d{6}"
    r"|[35789]\d\d([ .-])\d\d(?:\5\d\d){2}|[35789]([ .-])\d\d(?:\6\d\d){3}"
    r"|([ .-])[35789](?:\7\d){8})(?!\d)"
)
PHONE_SPREAD = re.compile(rf"\(?(?<!\d)0G{_SUBSCRIBER}(?!\d)".replace("G", _ANY_GAP))
PHONE_BARE_84 = re.compile(r"(?<!\d)84[35789](?:\d{8}|\d\d \d{3} \d{3}|\d \d{3} \d{4})(?!\d)")
IDENTITY_GROUPED = re.compile(
    r"(?<!\d)(?:\d{3}([ .-])\d{3}\1\d{3}\1\d{3}|\d{3}([ .-])\d{3}\2\d{6}|\d{3}[ .-]\d{9}"
    r"|\d{4}([ .-])\d{4}\3\d{4}|\d{3}([ .-])\d\4\d\d\4\d{6}|\d{6}[ .-]\d{6})(?!\d)"
)
IDENTITY_SPREAD = re.compile(rf"(?<!\d)\d(?:{_ANY_GAP}\d){{11}}(?!\d)")
CARD = re.compile(r"(?<!\d)(?:[3-6]\d{3}|9704)([ .-])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?(?!\d)")
LONG_RUN = re.compile(r"(?<!\d)\d{9,}(?:-\d{3}(?!\d))?")
PASSPORT = re.compile(r"(?<!\w)[a-z]\d{7,8}(?!\w)")
PASSPORT_NEAR = re.compile(r"(?<!\w)(?:[a-z]{1,2}\d{6,9}|[a-z] \d{7,8})(?!\w)")
# So many digits, however they are set apart.
SPREAD = {
    count: re.compile(rf"(?<!\d)\d(?:{_ANY_GAP}\d){{{count - 1}}}(?!\d)") for count in range(8, 20)
}
# How many digits a number has that a word near it tells the kind of.
COUNTS: dict[str, Collection[int]] = {
    "identity": (9, 12),
    "insurance": (10, 13),
    "tax": (10, 13),
    "phone": (9, 10, 11),
    "bank": range(8, 20),
    "passport": (),
}

_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
# What a question needs. Looked for before the loosest shapes above are.
NEEDED = (
    # A dossier: H49.12.09-251120-0007, 000.00.12.H49-251120-0001.
    re.compile(
        r"(?<!\w)(?:\d{3}\.\d{2}\.\d{2,3}\.)?[a-z]\d{2}(?:[. ]\d{2,3}){0,4} ?[- ] ?"
        r"\d{6} ?[- ] ?\d{3,6}(?!\d)"
    ),
    # A procedure: 1.001193, as a province writes it 1.001193.000.00.00.H49.
    re.compile(r"(?<!\d)[1-9]\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[a-z]\d{2})?(?!\d)"),
    # A day, in either order; years in a row.
    re.compile(rf"(?<!\d){_DAY}( ?[/.-] ?| ){_MONTH}\1{_YEAR}(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}([/.-]){_MONTH}\1{_DAY}(?!\d)"),
    re.compile(rf"(?<!\d)(?<!\d[ .-]){_YEAR}(?: ?[ .-] ?{_YEAR})+(?![ .-]?\d)"),
    # A decision or circular: 163/qd-btp, 03/2025/tt-vpcp.
    re.compile(r"(?<!\d)\d{1,5}/(?:(?:19|20)\d{2}/)?[a-z]"),
    # A hotline: 1800 1096, 1900 561292.
    re.compile(r"(?<!\d)1[89]00[ .-]?(?:\d{4}|\d{6}|\d{2}[ .-]\d{2}|\d{3}[ .-]\d{3})(?!\d)"),
)
# An amount: never begins with 0; in groups of three, or in one piece ending in thousands.
AMOUNT = re.compile(
    r"(?<!\d)[1-9](?:\d{0,2}(?:([., ])\d{3})(?:\1\d{3})*|\d*000)(?!\d)(?![., ]\d{3})"
)
ROUND_AMOUNT = re.compile(
    r"(?<!\d)[1-9](?:\d{0,2}(?:([., ])\d{3})*[., ]000|\d*000)(?!\d)(?![., ]\d{3})"
)


def folded(text: str) -> str:
    """The same text, letter for letter, as patterns read it.

    >>> folded("Số ĐT: ０９１２")
    'so dt: 0912'
    """
    return "".join(map(_plain, text))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    if unicodedata.name(letter, "").endswith(" D WITH STROKE"):
        return "d"
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    parts = unicodedata.normalize("NFKD", letter)
    low = parts[0].lower()
    single = len(low) == 1 and all(unicodedata.combining(mark) for mark in parts[1:])
    return low if single and not low.isdecimal() else letter  # "²" is no digit of a number.


def is_identity(number: str) -> bool:
    """Whether the number, in whatever groups, can be that of an identity card.

    Three digits for the province, one for century and sex (0 to 3 until 2099), two for the year.

    >>> is_identity("001 099 000001"), is_identity("123 456 789 012")
    (True, False)
    """
    digits = digits_of(number)
    return len(digits) == 12 and digits[:3] in _PROVINCES and digits[3] in "0123"


def is_card(number: str) -> bool:
    """Luhn's check, which every payment card passes.

    >>> is_card("4111 1111 1111 1111"), is_card("4111 1111 1111 1112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(map(int, reversed(digits_of(number)))):
        double = digit * 2 if place % 2 else digit
        total += double - 9 if double > 9 else double
    return total % 10 == 0


def digits_of(number: str) -> str:
    return "".join(filter(str.isdecimal, number))
