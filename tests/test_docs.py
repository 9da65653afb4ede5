"""The documents name only what exists: files, make targets, commands, settings, terms."""

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

DOCUMENTS = sorted([*Path().glob("*.md"), Path("NOTICE"), *Path("docs").rglob("*.md")])
BUILT = ("var/", "models/", ".venv", "results/")
# Fenced, in a line, or indented.
CODE = re.compile(r"```.*?\n(.*?)```|`([^`\n]+)`|^ {4,}([^\n]+)", re.DOTALL | re.MULTILINE)


def code(document: Path) -> list[str]:
    """What a document shows as code, a line each, continued lines joined."""
    text = document.read_text(encoding="utf-8")
    blocks = ("".join(groups).replace("\\\n", " ") for groups in CODE.findall(text))
    return [line.strip() for block in blocks for line in block.splitlines()]


def found(pattern: str, wanted: Callable[[str], bool] = bool) -> list[Any]:
    """Every match of a pattern in the documents' code, with the document it stands in."""
    return [
        pytest.param(document, match, id=f"{document}: {match}")
        for document in DOCUMENTS
        for match in dict.fromkeys(
            match for line in code(document) for match in re.findall(pattern, line)
        )
        if wanted(match)
    ]


def links() -> list[Any]:
    targets = [
        (document, target)
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://"))
    ]
    return [pytest.param(*each, id=f"{each[0]}: {each[1]}") for each in dict.fromkeys(targets)]


@pytest.mark.parametrize(("document", "target"), links())
def test_every_link_leads_to_a_file_and_a_heading(document: Path, target: str) -> None:
    file, _, anchor = target.partition("#")
    page = document.parent / file if file else document

    assert page.exists()
    if anchor:
        headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {slug(heading) for heading in headings}


def slug(heading: str) -> str:
    """The anchor that GitHub and GitLab give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


PATH = r"(?<![\w./\"$<])(?:[\w.-]+/)+[\w.-]*(?![\w/*<{])"


def ours(path: str) -> bool:
    return Path(path.split("/")[0]).is_dir() and not path.startswith(BUILT)


@pytest.mark.parametrize(("document", "path"), found(PATH, ours))
def test_every_path_of_this_project_exists(document: Path, path: str) -> None:
    assert Path(path).exists()


@pytest.mark.parametrize(("document", "target"), found(r"\bmake ([a-z][a-z-]*)"))
def test_every_make_target_exists(document: Path, target: str) -> None:
    makefile = Path("Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


COMMAND = r"python(?:3)? -m ([a-z_.]+(?: [^#|;&()]*)?)"


@pytest.mark.parametrize(("document", "command"), found(COMMAND))
def test_every_command_exists_with_its_options(document: Path, command: str) -> None:
    module, *words = command.split()
    is_package = Path(module.replace(".", "/")).is_dir()
    main = importlib.import_module(f"{module}.__main__" if is_package else module)
    app = getattr(main, "app", None)
    if not isinstance(app, typer.Typer):
        assert not words or not words[0].startswith("--")
        return
    here: Any = typer.main.get_command(app)
    for word in words:
        if word.startswith("--"):
            assert word in {option for param in here.params for option in param.opts}
        elif hasattr(here, "commands"):
            assert word in here.commands
            here = here.commands[word]


SETTING = r"\b((?:GATEWAY|KNOWLEDGE|AGENCIES|ACTIONS|RASA|REDIS|PUBLISH)_[A-Z_]+|HOST|HOTLINE)\b"


@pytest.mark.parametrize(("document", "setting"), found(SETTING))
def test_every_setting_is_in_the_example(document: Path, setting: str) -> None:
    example = Path(".env.example").read_text(encoding="utf-8")

    assert re.search(rf"^#? ?{setting}=", example, re.MULTILINE)


def terms() -> list[tuple[str, str]]:
    """The glossary's rows: the Vietnamese term, its name in the code."""
    text = Path("README.md").read_text(encoding="utf-8").split("## Glossary")[1].split("## ")[0]
    return re.findall(r"^\| ([^|]+) \| ([^|]+) \|", text, re.MULTILINE)[2:]


def test_the_glossary_is_worth_its_name() -> None:
    assert len(terms()) >= 40


@pytest.mark.parametrize(("term", "name"), terms())
def test_every_name_in_the_glossary_exists(term: str, name: str) -> None:
    [word] = re.findall(r"`([^`]+)`", name)
    if name.startswith("intent"):
        domain = yaml.safe_load(Path("bot/domain/intents.yml").read_text(encoding="utf-8"))
        assert word in domain["intents"]
    elif not name.startswith("setting"):
        assert resolves(word)


def resolves(dotted: str) -> bool:
    """Whether package.module.Name or package.module.Name.attribute is there."""
    module, name, *rest = re.match(r"(.+?)\.([A-Z]\w*|\w+$)(?:\.(\w+))?$", dotted).groups()  # type: ignore[union-attr]
    thing = getattr(importlib.import_module(module), name)
    attribute = rest[0]
    fields = getattr(thing, "__dataclass_fields__", {})
    return attribute is None or attribute in fields or hasattr(thing, attribute)


def test_no_two_decisions_have_one_number() -> None:
    numbers = [file.name[:4] for file in Path("docs/adr").glob("*.md")]

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("file", sorted(Path("docs/adr").glob("*.md")), ids=lambda file: file.name)
def test_a_decision_has_the_number_of_its_file(file: Path) -> None:
    title = file.read_text(encoding="utf-8").splitlines()[0]

    assert title.startswith(f"# {int(file.name[:4])}. ")
