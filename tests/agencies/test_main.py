from pathlib import Path

import pytest
from typer.testing import CliRunner

from agencies.__main__ import app
from agencies.settings import EXAMPLE_DIRECTORY
from tests.agencies.test_directory import SOUND


@pytest.fixture
def run(database_url, monkeypatch):
    monkeypatch.setenv("AGENCIES_DATABASE_URL", database_url)
    monkeypatch.delenv("AGENCIES_DIRECTORY", raising=False)

    def invoke(*arguments: str):
        return CliRunner().invoke(app, list(arguments))

    return invoke


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.yml"
    file.write_text(SOUND, encoding="utf-8")
    return file


def test_migrate_makes_the_tables_and_loads_the_example(run):
    result = run("migrate")

    assert result.exit_code == 0
    assert "0 rejected" in result.output
    assert "0 changed, 0 withdrawn, 0 as before" in result.output


def test_serve_refuses_a_database_that_was_not_migrated(run):
    result = run("serve")

    assert result.exit_code == 1
    assert "python -m agencies migrate" in result.output


def test_migrating_again_changes_nothing(run):
    run("migrate")

    result = run("migrate")

    assert "0 added, 0 changed, 0 withdrawn" in result.output


def test_migrate_loads_the_file_that_is_set(run, own, monkeypatch):
    monkeypatch.setenv("AGENCIES_DIRECTORY", str(own))

    result = run("migrate")

    assert "2 agencies read" in result.output


def test_migrate_does_not_put_the_example_over_a_directory_of_ones_own(run, own):
    run("migrate")
    run("directory", "load", str(own))

    result = run("migrate")

    assert result.exit_code == 0
    assert f"as loaded from {own}" in result.output
    assert "2 as before" in run("directory", "load", str(own)).output


def test_load_prints_what_changed_and_what_was_rejected(run, own):
    run("migrate")
    run("directory", "load", str(own))
    own.write_text(
        SOUND.replace("name: Ủy ban nhân dân tỉnh Mẫu", "name: Ủy ban").replace(
            "kind: triage", "kind: chef"
        ),
        encoding="utf-8",
    )

    result = run("directory", "load", str(own))

    assert result.exit_code == 0
    assert "changed ubnd-tinh: name" in result.output
    assert "rejected line 8 (to-phan-loai): kind: 'chef' is not one of" in result.output
    assert "warning: one agency of kind 'triage' is needed" in result.output


def test_a_damaged_file_is_exit_code_2_and_changes_nothing(run, own):
    run("migrate")
    run("directory", "load", str(own))
    own.write_text("agencies:\n  - {code: a", encoding="utf-8")

    result = run("directory", "load", str(own))

    assert result.exit_code == 2
    assert "own.yml, line 2" in result.output
    own.write_text(SOUND, encoding="utf-8")
    assert "2 as before" in run("directory", "load", str(own)).output


def test_a_missing_file_is_exit_code_2(run, tmp_path):
    run("migrate")

    result = run("directory", "load", str(tmp_path / "none.yml"))

    assert result.exit_code == 2
    assert "No such file" in result.output


def test_the_example_is_recognised_by_its_file(run, monkeypatch):
    run("migrate")
    run("directory", "load", str(EXAMPLE_DIRECTORY))

    assert "as loaded from" not in run("migrate").output
