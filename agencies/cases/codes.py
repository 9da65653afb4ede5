"""The code a citizen keeps: it tells nothing, and cannot be guessed."""

import re
import secrets

PREFIX = "PA"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U.
LENGTH = 8
_MISREAD = str.maketrans("ILO", "110")
_WRITTEN = re.compile(rf"(?:{PREFIX})?([0-9A-Z]{{{LENGTH}}})")
_SEPARATORS = re.compile(r"[\s.\-_\u2010-\u2015]+")


def new_code() -> str:
    """One of 2^40 codes, so that trying them out meets none."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{PREFIX}-{signs[:4]}-{signs[4:]}"


def read_code(written: str) -> str:
    """The code as it is kept, however it was typed; "" when it cannot be one.

    >>> read_code("pa 7k2mo9xi"), read_code("PA-7K2M-09X1"), read_code("PA-123")
    ('PA-7K2M-09X1', 'PA-7K2M-09X1', '')
    """
    signs = _SEPARATORS.sub("", written[:40].upper())
    found = _WRITTEN.fullmatch(signs)
    plain = found.group(1).translate(_MISREAD) if found else ""
    if not plain or set(plain) - set(ALPHABET):
        return ""
    return f"{PREFIX}-{plain[:4]}-{plain[4:]}"
