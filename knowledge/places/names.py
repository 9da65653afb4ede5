"""What a name may mean: units of today, old ones, nicknames."""

from collections.abc import Iterable, Sequence

from knowledge.places.gazetteer import Gazetteer, Named, Tier
from knowledge.places.words import Token, Words

TIERS = {
    "phuong": (Tier.COMMUNE,),
    "xa": (Tier.COMMUNE,),
    "thitran": (Tier.COMMUNE,),
    "dackhu": (Tier.COMMUNE,),
    "quan": (Tier.DISTRICT,),
    "huyen": (Tier.DISTRICT,),
    "thixa": (Tier.DISTRICT,),
    "thanhpho": (Tier.DISTRICT, Tier.PROVINCE),
    "tinh": (Tier.PROVINCE,),
}


class Names:
    """The names of a gazetteer's units, and those that people have for provinces."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self._names = gazetteer.names
        self._nicknames = {
            name: Named(
                Tier.PROVINCE, "tinh", gazetteer.provinces[code].name, code, former=code, today=True
            )
            for name, code in {**words.nicknames, **words.cued}.items()
        }

    def known(
        self, name: Sequence[Token], *, lenient: bool = False, nicknames: bool = False
    ) -> tuple[Named, ...]:
        """What a name may mean; `lenient` where other marks than the name's are slips."""
        joined = "".join(each.key for each in name)
        found = tuple(self._names.get(joined, ()))
        alias = self._nicknames.get(joined) if nicknames else None
        if alias:
            return (alias, *(each for each in found if each.province == alias.province))
        if not all(each.plain for each in name):
            written = tuple(each.text for each in name)
            exact = tuple(each for each in found if each.words == written)
            if exact:  # Beside marks a syllable without any has none: "Bình Thanh", not "Thạnh".
                return exact + tuple(each for each in found if not each.name and len(name) > 1)
        fitting = tuple(each for each in found if _fits(name, each))
        return fitting or (found if lenient else ())


def widest(meanings: Iterable[Named]) -> tuple[Named, ...]:
    """The largest units that a name without a unit word may mean: the others mostly lie in them."""
    found = tuple(meanings)
    widest = max((each.tier for each in found), key=list(Tier).index, default=None)
    return tuple(each for each in found if each.tier is widest)


def lead_to_one(meanings: Sequence[Named]) -> bool:
    """Whether all meanings lead to one unit: a place itself, or its old district."""
    communes = {code for each in meanings for code in each.communes}
    return (
        len(communes) == 1
        or len(meanings) == 1
        or any(set(each.communes) == communes for each in meanings)
    )


def _fits(name: Sequence[Token], meaning: Named) -> bool:
    """Whether a name is written with the marks of a unit's, or without any."""
    if all(each.plain for each in name):
        return True
    if not meaning.name:
        return len(name) > 1  # Of a former name the marks are not known.
    words = meaning.words
    if len(words) != len(name):
        return True  # Another division into syllables ("Kontum").
    return all(map(Token.may_be, name, words))
