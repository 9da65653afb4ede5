"""Merged and dissolved agencies: who took over the work of each, found without going in circles."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from agencies.model import Agency


def circle(code: str, links: Mapping[str, str | None]) -> bool:
    """Whether following the links from `code` leads back to it.

    >>> circle("a", {"a": "b", "b": "a"}), circle("a", {"a": "b", "b": "b"})
    (True, False)
    """
    seen: set[str] = set()
    then = links.get(code)
    while then is not None and then not in seen and then != code:
        seen.add(then)
        then = links.get(then)
    return then == code


def bad_successors(agencies: Mapping[str, Agency]) -> Iterator[tuple[str, str]]:
    """The codes whose successor nobody is, or is the agency itself in the end; and why."""
    links = {code: agency.successor for code, agency in agencies.items()}
    for code, successor in links.items():
        if successor is None:
            continue
        if successor not in links:
            yield code, f"successor: no sound agency has the code {successor!r}"
        elif circle(code, links):
            yield code, f"successor: {successor!r} leads back to the agency itself"


def heir(code: str, links: Mapping[str, str | None]) -> str:
    """The code at the end of the successors, which must not go in circles."""
    while (successor := links.get(code)) is not None:
        code = successor
    return code


def with_former_names(agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    """Each successor under the names of those it took over, too: people go on using them."""
    everybody = tuple(agencies)
    links = {agency.code: agency.successor for agency in everybody}
    former: dict[str, list[str]] = {}
    for agency in everybody:
        if agency.successor:
            names = former.setdefault(heir(agency.code, links), [])
            names += [agency.name, *agency.other_names]
    return tuple(_also_named(agency, former.get(agency.code, [])) for agency in everybody)


def orphans(agencies: Iterable[Agency]) -> Iterator[str]:
    """Warnings for agencies that still hang below one that is no more."""
    everybody = tuple(agencies)
    gone = {agency.code: agency.successor for agency in everybody if agency.successor}
    for agency in everybody:
        if agency.parent in gone and agency.code not in gone:
            yield (
                f"{agency.code}: its parent {agency.parent!r} was merged into "
                f"{gone[agency.parent]!r}, which may be the parent now"
            )


def _also_named(agency: Agency, names: list[str]) -> Agency:
    known = (agency.name, *agency.other_names)
    new = tuple(dict.fromkeys(name for name in names if name not in known))
    return replace(agency, other_names=agency.other_names + new) if new else agency
