"""Which agencies, kinds of bodies and topics a text names. Compiled once for a directory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agencies.cases.lexicon import Clue, Lexicon
from agencies.cases.phrases import Found, Phrasebook, Stream
from agencies.model import Agency, Level

SHORT_NAME = 3  # Words: "Sở Giao thông" for "Sở Giao thông vận tải".


@dataclass(frozen=True)
class Hint:
    """A clue that was found, and whether only by one of its weak words."""

    clue: Clue
    weak: bool = False


class Clues:
    """The clues of a list, as text may have them."""

    def __init__(self, lexicon: Lexicon, clues: Sequence[Clue]) -> None:
        self._books = {
            plain: Phrasebook(_hints(lexicon, clues, plain=plain)) for plain in (False, True)
        }

    def find(self, stream: Stream) -> list[Found[Hint]]:
        return self._books[stream.plain].find(stream)


class Names:
    """The names of a directory's agencies, as text may have them."""

    def __init__(self, lexicon: Lexicon, agencies: Sequence[Agency]) -> None:
        self._lexicon = lexicon
        # With and without diacritics: whoever writes none must be understood, too.
        self._books = {
            plain: Phrasebook(_names(lexicon, agencies, plain=plain)) for plain in (False, True)
        }
        self._called = {
            lexicon.stream(name, plain=False).words: self._codes(name)
            for name in {clue.name for clue in (*lexicon.bodies, *lexicon.topics)} - {""}
        }

    def find(self, stream: Stream) -> list[Found[str]]:
        """Codes of the agencies named; of two names in one place the longer."""
        return self._books[stream.plain].find(stream)

    def agencies(self, stream: Stream) -> frozenset[str]:
        return frozenset(found.meaning for found in self.find(stream))

    def called(self, name: str) -> frozenset[str]:
        """Codes of the agencies with this name of the lexicon, exactly."""
        return self._called[self._lexicon.stream(name, plain=False).words]

    def _codes(self, name: str) -> frozenset[str]:
        return self.agencies(self._lexicon.stream(name, plain=False))


def _hints(lexicon: Lexicon, clues: Sequence[Clue], *, plain: bool) -> Iterator[tuple[str, Hint]]:
    for clue in clues:
        for weak, phrases in ((False, clue.words), (True, clue.weak)):
            for phrase in phrases:
                if not plain or lexicon.is_clear(phrase):
                    yield _words(lexicon, phrase, plain=plain), Hint(clue, weak)
    for phrase in lexicon.no_clue:
        yield _words(lexicon, phrase, plain=plain), Hint(Clue(()))


def _names(
    lexicon: Lexicon, agencies: Sequence[Agency], *, plain: bool
) -> Iterator[tuple[str, str]]:
    # "UBND" alone is any committee's name, "thanh tra" what somebody does.
    no_names = {
        _words(lexicon, word, plain=plain)
        for words in (lexicon.verbs, *(clue.words for clue in lexicon.bodies))
        for word in words
    }
    for agency in agencies:
        for name in _full(lexicon, agency, plain=plain):
            yield name, agency.code
            for short in _short(lexicon, name, agency, plain=plain):
                if " " in short and short not in no_names:
                    yield short, agency.code


def _full(lexicon: Lexicon, agency: Agency, *, plain: bool) -> Iterator[str]:
    for name in (agency.name, *agency.other_names):
        yield _words(lexicon, name, plain=plain)
        yield lexicon.stream(name, plain=plain, bare=True).words.strip()


def _short(lexicon: Lexicon, name: str, agency: Agency, *, plain: bool) -> Iterator[str]:
    """Without the province, and as much of it as people say."""
    if agency.level is Level.PROVINCE:
        for unit in agency.area:
            area = _words(lexicon, unit.name, plain=plain)
            if name.endswith(f" {area}"):
                yield name.removesuffix(f" {area}")
    first = name.split()
    if first[0] == _words(lexicon, lexicon.department, plain=plain) and len(first) > SHORT_NAME:
        yield " ".join(first[:SHORT_NAME])


def _words(lexicon: Lexicon, phrase: str, *, plain: bool) -> str:
    return lexicon.stream(phrase, plain=plain).words.strip()
