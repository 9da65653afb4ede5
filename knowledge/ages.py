"""How old somebody is, by a question, and for whom a procedure is, by its title."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from knowledge.search import Ranked
from vietnamese.text import fold

_AGE = re.compile(r"\b(\d{1,3}) ?(thang )?tuoi\b")
_BELOW = re.compile(r"\b(?:duoi|chua du) (\d{1,3}) tuoi\b")
_FROM = re.compile(r"\btu(?: du)? (\d{1,3}) tuoi\b")


def of_age(text: str, ranked: Sequence[Ranked], title: Callable[[str], str]) -> list[Ranked]:
    """A ranking without procedures for people of another age than a text tells, if one is for it.

    `title` gives a procedure's title by its code.
    """
    age = age_in(text)
    fits = {} if age is None else {each.code: is_for(title(each.code), age) for each in ranked}
    if True not in fits.values():
        return list(ranked)
    left = [each for each in ranked if fits[each.code] is not False]
    whole = sum(each.share for each in left) or 1.0
    return [replace(each, share=each.share / whole) for each in left]


def age_in(text: str) -> int | None:
    """The age in years that a text tells; None when it tells none, or several.

    >>> age_in("thế ở cho con tôi 10 tuổi?"), age_in("bé 8 tháng tuổi"), age_in("hai cháu")
    (10, 0, None)
    """
    ages = {0 if months else int(years) for years, months in _AGE.findall(fold(text))}
    return ages.pop() if len(ages) == 1 else None


def is_for(title: str, age: int) -> bool | None:
    """Whether a procedure is for somebody of that age; None when its title says nothing of it.

    >>> is_for("Cấp thẻ căn cước cho người dưới 14 tuổi", 10)
    True
    >>> is_for("Cấp thẻ căn cước cho người từ đủ 14 tuổi trở lên", 10)
    False
    """
    folded = fold(title)
    below, above = _BELOW.search(folded), _FROM.search(folded)
    if not below and not above:
        return None
    return not (below and age >= int(below[1])) and not (above and age < int(above[1]))
