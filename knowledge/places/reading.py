"""Which unit of today a citizen's words name, or what has to be asked to know it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from knowledge.places.addresses import addresses, fitting_in, is_province
from knowledge.places.gazetteer import Commune, Gazetteer, Named, Province, Tier
from knowledge.places.mentions import Mention, Mentions
from knowledge.places.names import Names
from knowledge.places.words import Words

MOST_CHOICES = 6  # More are no help on a phone: the ward, district or province is asked for.


class Kind(StrEnum):
    """How the reading of a place ended."""

    NOTHING = "nothing"  # No place is named.
    UNIT = "unit"  # One unit of today.
    SEVERAL = "several"  # One of `choices`, or one of more than could be listed.
    DISTRICT = "district"  # A district, which is no more: the ward has to be asked for.
    PROVINCE = "province"  # Only a province.
    UNKNOWN = "unknown"  # A name that no unit has or had.


@dataclass(frozen=True)
class Reading:
    """A place as read from a message.

    `said` is how the citizen put it. `old` is the full name of the old unit that was named, where
    exactly one was. `divided` tells that this old unit became part of several. `choices` are the
    units of today that may be meant, those with the name itself first; empty where they are more
    than MOST_CHOICES, and then `provinces` tell where they are.
    """

    kind: Kind
    said: str = ""
    unit: Commune | None = None
    province: Province | None = None
    old: str = ""
    divided: bool = False
    choices: tuple[Commune | Province, ...] = ()
    provinces: tuple[Province, ...] = ()


class Places:
    """The units of Vietnam and how people name them. Safe to use from several threads."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self._gazetteer = gazetteer
        self._mentions = Mentions(Names(gazetteer, words), words)

    @classmethod
    def load(cls, path: Path | None = None, words: Path | None = None) -> "Places":
        return cls(Gazetteer.load(path), Words.load(words))

    @property
    def day(self) -> str:
        """The ISO date of the newest change that the list of units has."""
        return self._gazetteer.day

    def unit(self, code: str) -> Commune | Province | None:
        """The unit of today with an official code."""
        return self._gazetteer.titled(code)

    def read(self, text: str, *, province: str = "", expected: bool = False) -> Reading:
        """Read the place that a text names.

        `province` is the code of the one that the conversation is about, which decides between
        namesakes; `expected` tells that the text answers the question for a place, so that a
        name needs no unit word.

        >>> places = Places.load()
        >>> places.read("toi o p. ben nghe, q1").unit.title
        'Phường Sài Gòn, Thành phố Hồ Chí Minh'
        """
        mentions = self._mentions.of(text)
        if expected and not mentions:
            mentions = self._mentions.expected(text)
        readings = [self._read(group) for group in addresses(mentions)]
        known = [each for each in readings if each.kind is not Kind.UNKNOWN]
        reading = self._joined(known) if known else next(iter(readings), Reading(Kind.NOTHING))
        return self._nearer(reading, self._gazetteer.provinces.get(province))

    def _read(self, group: Sequence[Mention]) -> Reading:
        """The reading of one address."""
        said = ", ".join(each.said for each in group)
        if any(not each.meanings for each in group):
            return Reading(Kind.UNKNOWN, next(each.said for each in group if not each.meanings))
        for tier in Tier:
            found = [each for mention in group for each in mention.of(tier)]
            fitting = fitting_in(tier, group)
            if found and not fitting and tier is Tier.COMMUNE:
                return Reading(Kind.UNKNOWN, said)
            if fitting and not (tier is Tier.DISTRICT and is_province(fitting, group)):
                return self._resolved(tier, fitting, said)
        return Reading(Kind.UNKNOWN, said)

    def _resolved(self, tier: Tier, meanings: Sequence[Named], said: str) -> Reading:
        provinces = self._provinces(each.province for each in meanings)
        if tier is Tier.PROVINCE:
            if len(provinces) > 1:
                return Reading(Kind.SEVERAL, said, choices=provinces, provinces=provinces)
            old = self._old(meanings)
            return Reading(Kind.PROVINCE, said, province=provinces[0], old=old, provinces=provinces)
        codes = dict.fromkeys(
            code
            for each in sorted(meanings, key=lambda each: not each.today)
            for code in each.communes
        )
        units = tuple(self._gazetteer.communes[code] for code in codes)
        provinces = self._provinces(each.province.code for each in units)
        reading = Reading(
            Kind.SEVERAL,
            said,
            province=provinces[0] if len(provinces) == 1 else None,
            old=self._old(meanings),
            divided=len(meanings) == 1 and len(units) > 1 and tier is Tier.COMMUNE,
            choices=units if len(units) <= MOST_CHOICES else (),
            provinces=provinces,
        )
        if len(units) == 1:
            return replace(reading, kind=Kind.UNIT, unit=units[0], choices=())
        if tier is Tier.DISTRICT and len({each.district for each in meanings}) == 1:
            return replace(reading, kind=Kind.DISTRICT)
        return reading

    def _old(self, meanings: Sequence[Named]) -> str:
        """The full name of the only old unit that is meant, if it is no longer what it was."""
        old = [each for each in meanings if not each.today and each.name]
        if len(old) != 1 or any(each.today for each in meanings):
            return ""
        (named,) = old
        parts = [named.name]
        if named.tier is Tier.COMMUNE:
            parts.append(self._gazetteer.districts[named.district])
        if named.tier is not Tier.PROVINCE:
            parts.append(self._gazetteer.former[named.former])
        return ", ".join(parts)

    def _joined(self, readings: Sequence[Reading]) -> Reading:
        """One reading of several addresses: what they agree in, or a question."""
        first, *rest = readings
        if all(_same(first, each) for each in rest):
            return first
        narrowest = [each for each in readings if each.kind is not Kind.PROVINCE]
        if len(narrowest) == 1:
            (only,) = narrowest
            around = {each.province for each in readings if each.kind is Kind.PROVINCE}
            return self._nearer(only, around.pop()) if len(around) == 1 else only
        options = dict.fromkeys(option for each in readings for option in _options(each))
        choices = tuple(options) if len(options) <= MOST_CHOICES else ()
        provinces = self._provinces(each.code for one in readings for each in one.provinces)
        said = ", ".join(dict.fromkeys(each.said for each in readings))
        return Reading(Kind.SEVERAL, said, choices=choices, provinces=provinces)

    def _nearer(self, reading: Reading, province: Province | None) -> Reading:
        """A reading of several units, left to those in a province if any are."""
        if reading.kind is not Kind.SEVERAL or province not in reading.provinces:
            return reading
        mentions = self._mentions.of(f"{reading.said}, {province.name}") if province else []
        nearer = self._read(mentions) if mentions else reading
        return reading if nearer.kind is Kind.UNKNOWN else replace(nearer, said=reading.said)

    def _provinces(self, codes: Iterable[str]) -> tuple[Province, ...]:
        return tuple(self._gazetteer.provinces[code] for code in dict.fromkeys(codes))


def _options(reading: Reading) -> tuple[Commune | Province, ...]:
    named = reading.unit or reading.province
    return reading.choices or ((named,) if named else ())


def _same(one: Reading, other: Reading) -> bool:
    return one.kind is other.kind and (one.unit, one.province, one.choices) == (
        other.unit,
        other.province,
        other.choices,
    )
