"""What the words of the sources mean (wording.yml), read once."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.model import FeeKind, Level, TimeUnit
from vietnamese.text import clean


@dataclass(frozen=True)
class Wording:
    """The tables of wording.yml. Keys are clean lower-case words; None is "means nothing here"."""

    levels: dict[str, Level | None]
    units: dict[str, TimeUnit | None]
    fee_kinds: dict[str, FeeKind]
    currencies: dict[str, str]
    empty: frozenset[str]
    see_description: frozenset[str]
    time_limit: re.Pattern[str]
    page_labels: frozenset[str]
    shown_for_zero: str
    last_day: re.Pattern[str]
    reduction: re.Pattern[str]
    cut_off: str
    district: re.Pattern[str]

    def published(self, text: str) -> str:
        """Return the text, or "" when it only says that there is none."""
        return "" if text.lower() in self.empty else text


@cache
def wording() -> Wording:
    content = yaml.load(
        Path(__file__).with_name("wording.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return Wording(
        levels={clean(word): level and Level(level) for word, level in content["levels"].items()},
        units={clean(word): unit and TimeUnit(unit) for word, unit in content["units"].items()},
        fee_kinds={clean(word): FeeKind(kind) for word, kind in content["fee_kinds"].items()},
        currencies={clean(word): code for word, code in content["currencies"].items()},
        empty=frozenset(content["empty"]),
        see_description=frozenset(content["see_description"]),
        time_limit=re.compile(content["time_limit"], re.IGNORECASE),
        page_labels=frozenset(content["page_labels"]),
        shown_for_zero=content["shown_for_zero"],
        last_day=re.compile(content["last_day"], re.IGNORECASE),
        reduction=re.compile(content["reduction"], re.IGNORECASE),
        cut_off=content["cut_off"],
        district=re.compile("|".join(content["district"]), re.IGNORECASE),
    )
