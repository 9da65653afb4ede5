"""Who may import whom, and the habits that a test can hold.

Change ALLOWED only together with the map in the README.
"""

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED: dict[str, tuple[str, ...]] = {
    "vietnamese": (),
    "bot": ("vietnamese",),
    "knowledge": ("vietnamese",),
    "gateway": (),
    "agencies": ("gateway.client", "vietnamese"),
    "actions": ("knowledge.client", "agencies.client", "vietnamese"),
    "evaluation": ("knowledge.client", "gateway.client", "agencies.client", "vietnamese"),
    "tools": (),
}
DOORS = ("api", "__main__")  # They may import everything; nothing imports them.
STANDALONE = ("client", "model", "case", "messages")  # They import nothing of ours.
PYTHON_310 = ("bot", "vietnamese")  # Imported by Rasa.
MOST_LINES = 300
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "handler", "handlers", "service"}
# Citizens read what these packages say, so their words live in YAML and templates.
SPEAKING = ("actions", "gateway", "knowledge", "agencies")
PRODUCT = "Một Cửa"
NOT_FOR_CITIZENS = {
    "knowledge/importers/facts.py": "the capitals with which a source begins a new sentence",
    "knowledge/index/e5.py": "the alphabet that decides which pieces of words are kept",
    "knowledge/index/passages.py": "the words before every title, which the index leaves out",
    "knowledge/phrases.py": "letters that a slip of the finger leaves without their mark",
    "knowledge/serving.py": "a question that only warms the model up",
    "knowledge/short_names.py": "the letters by which lists are numbered",
}


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Dotted names of all that a module imports; `from a import b` may mean a.b."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{named(path)}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def ours(names: set[str]) -> set[str]:
    return {name for name in names if name.split(".")[0] in ALLOWED}


every_module = pytest.mark.parametrize("path", modules(*ALLOWED), ids=named)


@every_module
def test_imports_only_what_its_package_may(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]

    for name in ours(imports(path)):
        allowed = any(name.startswith(f"{one}.") for one in (package, *ALLOWED[package]))
        assert allowed, f"{named(path)} imports {name}"


@every_module
def test_nothing_imports_a_door(path: Path) -> None:
    if path.stem in DOORS:
        return

    for name in ours(imports(path)):
        assert not set(name.split(".")[1:]) & set(DOORS), f"{named(path)} imports {name}"


@pytest.mark.parametrize(
    "path", [path for path in modules(*ALLOWED) if path.stem in STANDALONE], ids=named
)
def test_what_others_share_imports_nothing_of_ours(path: Path) -> None:
    assert ours(imports(path)) == set()


@every_module
def test_is_small_enough_to_hold_one_concept(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert lines <= MOST_LINES


@every_module
def test_has_a_name_that_says_something(path: Path) -> None:
    assert path.stem not in VAGUE_NAMES


@every_module
def test_says_what_it_is_in_its_first_line(path: Path) -> None:
    body = tree(path).body

    assert not body or ast.get_docstring(tree(path)), f"{named(path)} has no docstring"


@every_module
def test_prints_only_as_a_command(path: Path) -> None:
    if path.name == "__main__.py":
        return

    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]

    assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}


@pytest.mark.parametrize("path", modules(*PYTHON_310), ids=named)
def test_can_be_read_by_the_python_of_rasa(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))


@pytest.mark.parametrize(
    "path",
    [path for path in modules(*SPEAKING) if "testing" not in path.with_suffix("").parts],
    ids=named,
)
def test_holds_no_words_for_citizens(path: Path) -> None:
    found = [text for text in literals(tree(path)) if is_vietnamese(text.replace(PRODUCT, ""))]

    # An exception that is no longer needed has to go, too.
    assert bool(found) == (named(path) in NOT_FOR_CITIZENS), found


def literals(module: ast.Module) -> Iterator[str]:
    """String literals, f-strings included, that are not docstrings."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.value


def is_vietnamese(text: str) -> bool:
    letters = (letter for letter in unicodedata.normalize("NFC", text) if not letter.isascii())
    return any(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
