from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.catalogue import Catalogue
from knowledge.index.build import read_passages
from knowledge.index.passages import Passage
from knowledge.model import Procedure
from knowledge.publish import Publisher
from knowledge.search import SearchSettings, UnusableIndex
from knowledge.serving import open_answers
from knowledge.testing import ToyEmbedder
from knowledge.versions import (
    MANIFEST,
    POINTER,
    NoSuchVersion,
    Versions,
    fingerprint,
    write_manifest,
)
from knowledge.words import Entry, Words
from tests.knowledge.conftest import ORIGIN
from tests.knowledge.samples import ALL, BIRTH, MARRIAGE


def test_a_catalogue_comes_back_as_it_was_written(publisher: Publisher) -> None:
    publisher.publish(ALL, ORIGIN)

    assert publisher.procedures() == sorted(ALL, key=lambda each: each.code)


def test_only_changed_records_are_embedded_again(
    publisher: Publisher, embedder: ToyEmbedder
) -> None:
    publisher.publish(ALL, ORIGIN)
    embedder.embedded.clear()
    renamed = replace(MARRIAGE, title="Đăng ký kết hôn lưu động")

    manifest = publisher.publish([renamed, *(p for p in ALL if p is not MARRIAGE)], ORIGIN)

    assert embedder.embedded == ["đăng ký kết hôn lưu động"]
    assert manifest.embedded == 1


def test_another_model_embeds_everything_again(publisher: Publisher) -> None:
    publisher.publish(ALL, ORIGIN)
    other = ToyEmbedder("other")

    manifest = replace(publisher, embedder=other).publish(ALL, ORIGIN)

    assert manifest.embedded == len(set(other.embedded)) == len(other.embedded)
    assert manifest.embedder == "other"


def test_the_words_of_citizens_are_searched_and_change_no_record(publisher: Publisher) -> None:
    entry = Entry(MARRIAGE.code, MARRIAGE.title, ("cưới vợ",), "hon-nhan.yml entry 1")

    manifest = publisher.publish(ALL, ORIGIN, Words((entry,), sha256="f00"))

    folder = publisher.versions.current()
    assert folder is not None
    assert Passage(MARRIAGE.code, "cưới vợ", is_title=False) in read_passages(folder)
    assert MARRIAGE in publisher.procedures()
    assert manifest.words_sha256 == "f00"


def test_an_index_is_not_read_with_another_model(publisher: Publisher) -> None:
    publisher.publish(ALL, ORIGIN)
    folder = publisher.versions.current()

    assert folder is not None
    with pytest.raises(UnusableIndex, match=r"was built with toy .* not other"):
        open_answers(folder, ToyEmbedder("other"), SearchSettings.load())


def test_an_index_of_an_earlier_release_is_not_read(
    publisher: Publisher, embedder: ToyEmbedder
) -> None:
    manifest = publisher.publish(ALL, ORIGIN)
    folder = publisher.versions.current()
    assert folder is not None

    write_manifest(folder, replace(manifest, index_format=1))

    with pytest.raises(UnusableIndex, match="format 1"):
        open_answers(folder, embedder, SearchSettings.load())


class BrokenEmbedder(ToyEmbedder):
    def passages(self, texts: Iterable[str], progress: object = None) -> object:  # type: ignore[override]
        raise MemoryError("no room")


def test_a_broken_build_leaves_the_old_version_serving(publisher: Publisher) -> None:
    publisher.publish([BIRTH], ORIGIN)
    before = publisher.versions.current()

    with pytest.raises(MemoryError):
        replace(publisher, embedder=BrokenEmbedder()).publish(ALL, ORIGIN)

    assert publisher.versions.current() == before
    assert len(publisher.versions.list()) == 1
    assert [path.name for path in (publisher.versions.root / "versions").iterdir()] == [
        before.name if before else ""
    ]


def test_an_empty_catalogue_is_not_published(publisher: Publisher) -> None:
    with pytest.raises(ValueError, match="nothing to index"):
        publisher.publish([], ORIGIN)

    assert publisher.versions.current() is None


def test_an_earlier_version_can_serve_again(publisher: Publisher) -> None:
    first = publisher.publish([BIRTH], ORIGIN)
    publisher.publish(ALL, ORIGIN)

    publisher.versions.use(first.name)

    assert publisher.procedures() == [BIRTH]


def test_a_version_that_is_not_there_is_refused(publisher: Publisher) -> None:
    publisher.publish([BIRTH], ORIGIN)
    before = publisher.versions.current()

    with pytest.raises(NoSuchVersion, match="20000101"):
        publisher.versions.use("20000101")

    assert publisher.versions.current() == before


def test_old_versions_are_removed_but_never_the_one_that_serves(publisher: Publisher) -> None:
    first = publisher.publish([BIRTH], ORIGIN)
    publisher.publish(ALL, ORIGIN)
    publisher.versions.use(first.name)
    third = publisher.publish(ALL, ORIGIN)
    publisher.versions.use(first.name)

    publisher.versions.prune(2)

    assert [each.name for each in publisher.versions.list()] == [first.name, third.name]


def test_the_catalogue_is_read_only(publisher: Publisher) -> None:
    publisher.publish(ALL, ORIGIN)
    folder = Versions(publisher.versions.root).current()

    assert folder is not None
    catalogue = Catalogue(folder)
    found: Procedure | None = catalogue.get(BIRTH.code)
    assert found == BIRTH
    assert catalogue.get("' OR 1=1 --") is None
    assert len(catalogue) == len(ALL)


def test_the_next_import_mends_a_broken_pointer(publisher: Publisher) -> None:
    publisher.publish([BIRTH], ORIGIN)
    (publisher.versions.root / POINTER).write_text("")

    with pytest.raises(NoSuchVersion):
        publisher.versions.current()
    manifest = publisher.publish(ALL, ORIGIN)

    assert publisher.versions.current() == publisher.versions.root / "versions" / manifest.name


def test_a_manifest_of_another_release_does_not_hide_the_others(publisher: Publisher) -> None:
    old = publisher.publish([BIRTH], ORIGIN)
    manifest = publisher.versions.root / "versions" / old.name / MANIFEST
    manifest.write_text('{"name": "of another release"}')

    new = publisher.publish(ALL, ORIGIN)

    assert publisher.versions.list() == [new]


def test_a_file_and_a_folder_have_a_fingerprint_of_their_content(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("1")
    first = fingerprint(tmp_path), fingerprint(tmp_path / "a.json")

    (tmp_path / "a.json").write_text("2")

    assert fingerprint(tmp_path) != first[0]
    assert fingerprint(tmp_path / "a.json") != first[1]
