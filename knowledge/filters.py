"""What templates do with values of a record: write them, group them, leave repetitions out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, groupby

from knowledge.model import Absent, Document, DocumentCase, Duration, Method, SubCase

NOTE_ROOM = 1_000  # Characters of notes beside the documents; some records hold pages of them.


def number(value: Decimal) -> str:
    """Write a number as Vietnamese do: 50.000 and 0,5.

    >>> number(Decimal("50000")), number(Decimal("0.50"))
    ('50.000', '0,5')
    """
    written = f"{value:,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(str.maketrans(",.", ".,"))


def day(value: date | str) -> str:
    """Write a date, or an ISO date that may lack the day, as Vietnamese do.

    >>> day("2026-07-18"), day("2026-07")
    ('18/07/2026', '07/2026')
    """
    return "/".join(reversed(str(value).split("-")))


def upfirst(text: str) -> str:
    """A text with its first letter in upper case, the others as they are."""
    return text[:1].upper() + text[1:]


def bare(text: str) -> str:
    """A list item without the mark that the source put before it.

    >>> bare("- Giấy khai sinh"), bare("+ Ảnh 3x4")
    ('Giấy khai sinh', 'Ảnh 3x4')
    """
    return text.lstrip("-–+*•· ") or text


def same(methods: Sequence[Method], part: str) -> list[list[Method]]:
    """Group neighbouring methods that agree in a part, so that it is said once."""
    return [list(group) for _, group in groupby(methods, key=lambda each: getattr(each, part))]


def countable(methods: Iterable[Method]) -> bool:
    """Whether any method has a time limit that can be counted."""
    return any(isinstance(method.time, Duration) for method in methods)


def case_times(cases: Iterable[SubCase]) -> list[tuple[str, Duration | Absent]]:
    """The time limit of each numbered case, each once; one name with two times has its code."""
    by_words: dict[tuple[str, Duration | Absent], SubCase] = {}
    for case in cases:
        by_words.setdefault((case.name, case.time), case)
    found = list(by_words.values())
    names = [case.name for case in found]
    return [(_called(case, names.count(case.name) > 1), case.time) for case in found]


def repeat_a_channel(methods: Iterable[Method]) -> bool:
    """Whether a channel stands there twice, so that only the remarks tell its times apart."""
    channels = [method.channel for method in methods]
    return len(set(channels)) < len(channels)


def descriptions(methods: Iterable[Method]) -> list[str]:
    """The methods' remarks, each once, without those that the time already quotes."""
    quoted = {method.time.text for method in methods if isinstance(method.time, Absent)}
    found = dict.fromkeys(method.description for method in methods if method.description)
    return [each for each in found if each not in quoted]


@dataclass(frozen=True)
class Notes:
    shown: tuple[str, ...]
    left_out: bool


def notes(cases: Iterable[DocumentCase]) -> Notes:
    """The notes among the documents, each once, as many of the first as a phone can show."""
    found = list(dict.fromkeys(note for case in cases for note in case.notes))
    room = accumulate(len(note) for note in found)
    shown = [note for note, used in zip(found, room, strict=True) if used <= NOTE_ROOM]
    shown = shown or found[:1]
    return Notes(tuple(shown), len(shown) < len(found))


def with_forms(cases: Iterable[DocumentCase]) -> list[Document]:
    """The documents that come with a form, each once."""
    return list(dict.fromkeys(d for case in cases for d in case.documents if d.forms))


def _called(case: SubCase, ambiguous: bool) -> str:
    if not case.name:
        return case.code
    return f"{case.name} ({case.code})" if ambiguous else case.name
