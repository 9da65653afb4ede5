"""Which names in a message are parts of one address, and how the parts narrow each other."""

from collections.abc import Sequence

from knowledge.places.gazetteer import Named, Tier, lies_in_any
from knowledge.places.mentions import Mention


def addresses(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions that are parts of one address, the small units before the large."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and _goes_on(groups[-1], mention):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _goes_on(group: Sequence[Mention], mention: Mention) -> bool:
    """Whether an address goes on with a larger unit, which is near or has the others in it."""
    last = group[-1]
    if not last.meanings or not mention.meanings:
        return mention.start - last.end <= 1
    larger = _tier(mention) > _tier(last)
    inside = any(lies_in_any(each, mention.meanings) for each in last.meanings)
    return larger and (inside or mention.start - last.end == 0)


def _tier(mention: Mention) -> int:
    """The highest tier of a mention's meanings, as a number that grows with it."""
    return max(list(Tier).index(each.tier) for each in mention.meanings)


def fitting_in(tier: Tier, group: Sequence[Mention]) -> list[Named]:
    """The meanings on one tier that lie in the larger units of an address.

    Unit words changed with the years: other ones are right where those that were said are not.
    """
    small = [mention for mention in group if mention.of(tier)]
    large = [mention for mention in group if not mention.of(tier)]
    for around in ([mention.called_so for mention in large], [each.meanings for each in large]):
        for found in (
            [each for mention in small for each in mention.called_so if each.tier is tier],
            [each for mention in small for each in mention.of(tier)],
        ):
            fitting = _inside(found, around)
            if fitting:
                return fitting
    return []


def _inside(found: Sequence[Named], larger: Sequence[Sequence[Named]]) -> list[Named]:
    """Those that lie in each of the larger units; where that is a district, those it had."""
    fitting = [each for each in found if all(lies_in_any(each, around) for around in larger)]
    # A city of today and one of its districts may have one name: then it can be either.
    districts = {
        each.district
        for around in larger
        for each in around
        if not any(other.today and other.tier is Tier.PROVINCE for other in around)
        or each.unit not in {other.unit for other in around if other.tier is Tier.PROVINCE}
    } - {""}
    theirs = [each for each in fitting if each.district in districts] or fitting
    named = {each.district for each in theirs if each.name}
    return [each for each in theirs if each.name or each.district not in named]


def is_province(districts: Sequence[Named], group: Sequence[Mention]) -> bool:
    """Whether a name of a district is that of the province around it, which is meant then."""
    last = group[-1]
    return len(group) == 1 and any(
        each.province == province.province and (not last.sure or each.unit == province.unit)
        for each in districts
        for province in last.of(Tier.PROVINCE)
    )
