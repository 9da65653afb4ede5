"""The provinces of Vietnam, by the names of today and those that people still write."""

from pathlib import Path

import yaml

from vietnamese.words import spellings, syllables


class Provinces:
    """Finds provinces (tỉnh, thành phố) named in a text; the old names stand for the new ones."""

    def __init__(self, merged: dict[str, list[str]]) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        for province, old_names in merged.items():
            for name in (province, *old_names):
                self._names |= dict.fromkeys(spellings(name), province)
        self._longest = max(map(len, self._names))

    @classmethod
    def load(cls, path: Path | None = None) -> "Provinces":
        path = path or Path(__file__).with_name("provinces.yml")
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def named(self, text: str) -> frozenset[str]:
        """The provinces of today that a text names.

        >>> sorted(Provinces.load().named("làm sổ đỏ ở Yên Bái"))
        ['Lào Cai']
        """
        words = syllables(text)
        parts = (
            tuple(words[at : at + length])
            for at in range(len(words))
            for length in range(1, self._longest + 1)
        )
        return frozenset(self._names[part] for part in parts if part in self._names)
