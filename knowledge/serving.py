"""The version that serves, exchanged for a newer one while questions are being answered."""

import logging
from pathlib import Path
from threading import Event, Lock, Thread

from knowledge.answers import Answers
from knowledge.cases import CaseReader
from knowledge.catalogue import Catalogue
from knowledge.compare import Comparison
from knowledge.confidence import Confidence
from knowledge.follow_up import FollowUps
from knowledge.index.build import open_restorer
from knowledge.index.embedder import Embedder
from knowledge.lexicon import Lexicon
from knowledge.places.offices import OfficeFinder
from knowledge.places.reading import Places
from knowledge.provinces import Provinces
from knowledge.question import QuestionReader
from knowledge.readings import Readings
from knowledge.render import Renderer
from knowledge.search import Search, SearchSettings
from knowledge.telling import Telling
from knowledge.versions import Versions, read_manifest
from vietnamese.workdays import WorkCalendar

logger = logging.getLogger(__name__)


def open_answers(
    folder: Path, embedder: Embedder, settings: SearchSettings, province: str = ""
) -> Answers:
    """Open one version; `province` is the one that is served, none for the whole country.

    Raises whatever its files raise, ValueError or UnusableIndex.
    """
    catalogue, whole = Catalogue(folder), read_manifest(folder).procedures
    if len(catalogue) != whole:
        raise ValueError(f"{folder.name} holds {len(catalogue)} procedures of {whole}")
    reader, cases, renderer = QuestionReader.load(), CaseReader.load(), Renderer()
    calendar, places = WorkCalendar.load(), Places.load()
    return Answers(
        version=folder.name,
        catalogue=catalogue,
        search=Search(
            folder,
            embedder,
            settings,
            Readings(open_restorer(folder).restore, Lexicon.load().rewrite),
            Provinces.load(),
            reader.fillers,
            province,
        ),
        confidence=Confidence(settings.known, **settings.outcome),
        reader=reader,
        telling=Telling(
            folder.name,
            renderer,
            cases,
            calendar,
            places,
            OfficeFinder.load(),
            reader.fillers,
        ),
        follow_ups=FollowUps(
            cases, calendar, places, reader.fillers, reader.asides, reader.goes_on
        ),
        comparison=Comparison.load(renderer, cases),
    )


class Serving:
    """Holds the answers of the current version.

    A question keeps the version it started with; the next one gets the new. A new version that
    cannot be opened is logged and the old one goes on.
    """

    def __init__(
        self,
        versions: Versions,
        embedder: Embedder,
        settings: SearchSettings,
        province: str = "",
    ) -> None:
        self._versions = versions
        self._province = province
        self._embedder = embedder
        self._settings = settings
        self._lock = Lock()
        self._stopped = Event()
        self._answers: Answers | None = None
        self._refused: Path | None = None
        self.trouble = ""  # Why the version that the pointer names does not serve.

    @property
    def answers(self) -> Answers | None:
        """The current version's answers; None until there is one."""
        return self._answers

    def refresh(self) -> bool:
        """Take up the version the pointer names; return whether it is another one than before."""
        with self._lock:
            try:
                return self._take_up(self._versions.current())
            except Exception as error:  # The watcher must outlive whatever a version does.
                self._complain(f"{type(error).__name__}: {error}")
                return False

    def watch(self, seconds: float = 1.0) -> None:
        """Start looking for new versions in the background."""
        Thread(target=self._watch, args=(seconds,), name="versions", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _watch(self, seconds: float) -> None:
        while not self._stopped.wait(seconds):
            self.refresh()

    def _take_up(self, folder: Path | None) -> bool:
        if folder is None or folder == self._refused:
            return False
        self._refused = folder  # Until it is open: one that fails is not tried every second.
        opened = not self._serves(folder)
        if opened:
            answers = open_answers(folder, self._embedder, self._settings, self._province)
            answers.rank("Xin chào. Khởi động.", limit=1)  # Loads what is loaded on first use.
            self._answers = answers
            logger.info("version %s serves", folder.name)
        self._refused, self.trouble = None, ""
        return opened

    def _complain(self, trouble: str) -> None:
        if trouble != self.trouble:
            logger.exception("no new version; the one before goes on")
        self.trouble = trouble

    def _serves(self, folder: Path) -> bool:
        return self._answers is not None and self._answers.version == folder.name
