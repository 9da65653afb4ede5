"""Agencies under the body above them, as the directory page shows them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from agencies.model import Agency


@dataclass(frozen=True)
class Node:
    agency: Agency
    below: tuple["Node", ...]


def grow(agencies: Sequence[Agency]) -> tuple[Node, ...]:
    """Arrange agencies in their order; one whose parent is not among them stands at the top."""
    codes = {agency.code for agency in agencies}
    children: dict[str | None, list[Agency]] = defaultdict(list)
    for agency in agencies:
        children[agency.parent if agency.parent in codes else None].append(agency)

    def nodes(parent: str | None) -> tuple[Node, ...]:
        return tuple(Node(agency, nodes(agency.code)) for agency in children[parent])

    return nodes(None)


def path(agency: Agency, agencies: Sequence[Agency]) -> tuple[Agency, ...]:
    """The bodies above an agency, highest first."""
    by_code = {one.code: one for one in agencies}
    above: list[Agency] = []
    parent = by_code.get(agency.parent or "")
    while parent and parent not in above:
        above.insert(0, parent)
        parent = by_code.get(parent.parent or "")
    return tuple(above)
