"""The commands, as an operator meets them."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from knowledge.__main__ import app
from knowledge.publish import Publisher
from knowledge.versions import POINTER, Versions
from tests.knowledge.conftest import ORIGIN
from tests.knowledge.samples import ALL, BIRTH

SOUND = {"code": "9.000001", "name": "Đăng ký khai sinh", "source": {"kind": "test"}}


@pytest.fixture
def folder(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge folder in which a version serves."""
    publisher.publish(ALL, ORIGIN)
    monkeypatch.setenv("KNOWLEDGE_DIR", str(publisher.versions.root))
    monkeypatch.setenv("KNOWLEDGE_WORDS", "")
    return publisher.versions.root


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def truncated_gzip(path: Path) -> Path:
    path.write_bytes(gzip.compress(json.dumps(SOUND).encode() * 50)[:-20])
    return path


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (lambda path: path / "missing.jsonl", "missing.jsonl"),
        (lambda path: truncated_gzip(path / "cut.jsonl.gz"), "cut.jsonl.gz"),
        (lambda path: write(path / "broken.jsonl", {**SOUND, "methods": "none"}), "line 1"),
        (lambda path: write(path / "broken.jsonl", {**SOUND, "methods": "none"}), "methods"),
        (lambda path: write(path / "list.jsonl", [1, 2]), "list.jsonl line 1"),
        (lambda path: write(path / "empty.jsonl"), "empty.jsonl"),
    ],
)
def test_a_damaged_catalogue_names_the_place_and_changes_nothing(
    folder: Path, tmp_path: Path, file: object, message: str
) -> None:
    before = Versions(folder).current()

    result = run("import", str(file(tmp_path)))  # type: ignore[operator]

    assert result.exit_code == 2
    assert message in result.output
    assert Versions(folder).current() == before
    assert len(Versions(folder).list()) == 1


def test_a_catalogue_that_shrinks_by_half_is_refused_until_it_is_meant(
    folder: Path, tmp_path: Path
) -> None:
    before = Versions(folder).current()

    result = run("import", str(write(tmp_path / "small.jsonl", SOUND)))

    assert result.exit_code == 2
    assert "--allow-shrink" in result.output
    assert "gone: 6" in result.output
    assert Versions(folder).current() == before


def test_a_dry_run_reports_and_builds_nothing(folder: Path, tmp_path: Path) -> None:
    result = run("import", "--dry-run", str(write(tmp_path / "small.jsonl", SOUND)))

    assert result.exit_code == 0
    assert "procedures 1" in result.output
    assert len(Versions(folder).list()) == 1


def test_the_operators_catalogue_is_not_replaced_by_the_starter(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Versions(folder).current()
    monkeypatch.setenv("KNOWLEDGE_EMBEDDER", "toy")

    result = run("ensure", str(write(tmp_path / "starter.jsonl", SOUND)))

    assert result.exit_code == 0
    assert Versions(folder).current() == before


@pytest.mark.model
def test_the_operators_catalogue_is_indexed_again_for_another_model(folder: Path) -> None:
    result = run("ensure", "data/catalogue.jsonl")

    newest = Versions(folder).list()[-1]
    assert result.exit_code == 0
    assert newest.source_file == ORIGIN.file
    assert newest.procedures == len(ALL)
    assert newest.embedder.startswith("e5-small@int8-")


def test_versions_are_listed_and_an_unknown_one_is_refused(folder: Path) -> None:
    [serving] = Versions(folder).list()

    listed, refused = run("versions"), run("versions", "use", "20000101-000000-000000")

    assert f"* {serving.name}  {len(ALL)} procedures" in listed.output
    assert refused.exit_code == 2
    assert serving.name in refused.output


def test_a_broken_pointer_names_the_versions_and_is_not_replaced_by_the_starter(
    folder: Path, tmp_path: Path
) -> None:
    [serving] = Versions(folder).list()
    (folder / POINTER).write_text("20000101-000000-000000")

    result = run("ensure", str(write(tmp_path / "starter.jsonl", SOUND)))
    mended = run("versions", "use", serving.name)

    assert result.exit_code == 2
    assert serving.name in result.output
    assert mended.exit_code == 0
    assert len(Versions(folder).list()) == 1


def test_asking_without_a_catalogue_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path / "empty"))

    result = run("ask", "khai sinh")

    assert result.exit_code == 2
    assert "knowledge import FILE" in result.output


def test_the_template_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"

    assert run("template", str(file)).exit_code == 0
    assert file.read_bytes()[:2] == b"PK"


@pytest.mark.model
def test_one_bad_record_never_stops_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path / "knowledge"))
    file = write(tmp_path / "mixed.jsonl", SOUND, {"code": "9.000002"}, {**SOUND, "code": "9.3"})

    result = run("import", str(file))
    answer = run("ask", "dang ky khai sinh")

    assert result.exit_code == 0
    assert "mixed.jsonl line 2" in result.output
    assert "2 procedures" in result.output
    assert BIRTH.code in answer.output
