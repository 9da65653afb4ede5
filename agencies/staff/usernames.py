"""Names to log in with: one spelling each."""

import re
import unicodedata

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,78}[a-z0-9]")


def normal(username: str) -> str:
    """The spelling that is kept and compared.

    >>> normal("  Nguyen.An ")
    'nguyen.an'
    """
    return unicodedata.normalize("NFKC", username).strip().casefold().replace("\x00", "")[:80]


def is_username(name: str) -> bool:
    """Whether a normal name may be given to an account.

    >>> is_username("nguyen.an"), is_username("nguyễn an")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None
