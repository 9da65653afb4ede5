"""What every procedure goes through, whichever source it comes from."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from knowledge.importers.wording import wording
from knowledge.model import Absent, Caveat, Duration, Part, Procedure, Reason, SubCase, TimeUnit

# Clock hours that a counter may close for the day at.
_CLOCK_HOURS = range(10, 18)


def review(procedure: Procedure) -> Procedure:
    """Set aside what only shows in the whole record, and say which parts are not there."""
    procedure = _without_cut_off_hours(procedure)
    return replace(
        procedure,
        caveats=_caveats(procedure),
        absent=_missing(procedure) | procedure.absent,
    )


def texts(value: Any) -> Iterator[str]:
    """Give every text inside a value of the model."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts(getattr(value, each.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)


def _without_cut_off_hours(procedure: Procedure) -> Procedure:
    """A clock hour typed as the duration: "15 hours" where the text says "after 15 o'clock"."""
    cut_offs = {
        method.time: text
        for method in procedure.methods
        if (text := _cut_off(method.time, method.description, procedure))
    }
    if not cut_offs:
        return procedure
    absent = {time: Absent(Reason.NOT_A_NUMBER, text) for time, text in cut_offs.items()}
    return replace(
        procedure,
        methods=tuple(
            replace(method, time=absent.get(method.time, method.time))
            for method in procedure.methods
        ),
        sub_cases=tuple(
            SubCase(sub.code, sub.name, absent.get(sub.time, sub.time))
            for sub in procedure.sub_cases
        ),
    )


def _cut_off(time: Duration | Absent, description: str, procedure: Procedure) -> str:
    if not isinstance(time, Duration) or time.unit is not TimeUnit.HOUR:
        return ""
    if time.value not in _CLOCK_HOURS:
        return ""
    pattern = re.compile(wording().cut_off % time.value, re.IGNORECASE)
    for text in (description, *texts(procedure.steps)):
        lines = [line for line in text.split("\n") if pattern.search(line)]
        if lines:
            return "\n".join(lines)
    return ""


def _caveats(procedure: Procedure) -> tuple[Caveat, ...]:
    found = set(procedure.caveats)
    # Laws keep the names that the tiers had when they were written.
    read_out = replace(procedure, legal_basis=(), legal_text="")
    if any(wording().district.search(text) for text in texts(read_out)):
        found.add(Caveat.DISTRICT_LEVEL)
    return tuple(caveat for caveat in Caveat if caveat in found)


def _missing(procedure: Procedure) -> dict[Part, Absent]:
    there: dict[Part, object] = {
        Part.DOCUMENTS: procedure.document_cases,
        Part.METHODS: procedure.methods,
        Part.STEPS: procedure.steps,
        Part.AGENCIES: procedure.executing_agencies or procedure.competent_agencies,
        Part.CONDITIONS: procedure.conditions,
        Part.RESULTS: procedure.results,
        Part.LEGAL_BASIS: procedure.legal_basis or procedure.legal_text,
    }
    return {part: Absent(Reason.NOT_PUBLISHED) for part, value in there.items() if not value}
