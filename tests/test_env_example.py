"""`.env.example` names every setting there is, with the default it really has, and no other."""

import ast
import importlib
import re
from pathlib import Path

import pytest
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from tools import surroundings
from tools.processes import PROCESSES

ROOT = Path(__file__).parent.parent
PACKAGES = ("vietnamese", "bot", "knowledge", "gateway", "agencies", "actions", "evaluation")
CONFIGURATION = ("endpoints.yml", "credentials.yml", "docker-compose.yml", "docker/console.yml")
# Read by a library, and worth a word: a model by its hub name needs it changed.
OF_LIBRARIES = {"HF_HUB_OFFLINE"}
NAME = re.compile(r"[A-Z][A-Z0-9_]+")
IN_YAML = re.compile(r"(?<!\$)\$\{([A-Z0-9_]+)")
COMMENT = re.compile(r"(^|\s)#.*")
EXAMPLE = ROOT / ".env.example"
LINE = re.compile(r"^#?(?=[A-Z][A-Z0-9_]+=)", re.MULTILINE)


@pytest.fixture
def documented(tmp_path: Path) -> dict[str, str]:
    """What a .env holds in which somebody has uncommented everything."""
    file = tmp_path / ".env"
    file.write_text(LINE.sub("", EXAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
    return surroundings.read(file)


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def of_settings_classes() -> dict[str, object]:
    """Variable and default of every field of every settings class."""
    found: dict[str, object] = {}
    for path in modules():
        if "(BaseSettings)" not in path.read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for item in vars(module).values():
            if isinstance(item, type) and issubclass(item, BaseSettings):
                prefix = str(item.model_config.get("env_prefix", ""))
                for name, field in item.model_fields.items():
                    found[variable(name, field, prefix)] = field.default
    return found


def variable(name: str, field: FieldInfo, prefix: str) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0]).upper()
    return str(alias or f"{prefix}{name}").upper()


def read_by_hand() -> set[str]:
    """Names looked up in the environment by code without a settings class."""
    found = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call | ast.Subscript):
                found |= looked_up(node)
    return found


def looked_up(node: ast.Call | ast.Subscript) -> set[str]:
    """The name in `environment.get("NAME")`, `os.environ["NAME"]`, `os.getenv("NAME")`."""
    if isinstance(node, ast.Subscript):
        where, what = ast.unparse(node.value), [node.slice]
    else:
        where, what = ast.unparse(node.func), node.args[:1]
    if not where.removesuffix(".get").endswith(("environ", "environment", "getenv")):
        return set()
    return {
        str(one.value)
        for one in what
        if isinstance(one, ast.Constant) and NAME.fullmatch(str(one.value))
    }


def in_configuration() -> set[str]:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in CONFIGURATION]
    lines = (line for text in texts for line in text.splitlines())
    return {name for line in lines for name in IN_YAML.findall(COMMENT.sub("", line))}


def test_documents_exactly_what_is_read(documented: dict[str, str]) -> None:
    ports = {process.port_setting for process in PROCESSES}

    read = {*of_settings_classes(), *read_by_hand(), *in_configuration(), *ports, *OF_LIBRARIES}

    assert set(documented) - read == set(), "documented, but nothing reads it"
    assert read - set(documented) == set(), "read, but not documented"


@pytest.mark.parametrize(("name", "default"), of_settings_classes().items())
def test_documents_the_default_that_holds(
    documented: dict[str, str], name: str, default: object
) -> None:
    assert documented[name] == ("" if default is None else str(default))


def test_documents_the_ports_and_what_the_supervisor_adds(documented: dict[str, str]) -> None:
    ports = {process.port_setting: str(process.default_port) for process in PROCESSES}
    added = {name: value for name, value in surroundings.DEFAULTS.items() if name in documented}

    assert {name: documented[name] for name in {**ports, **added}} == {**ports, **added}


def test_explains_every_setting() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()

    bare = [
        line
        for above, line in zip(["", *lines], lines, strict=False)
        if LINE.match(line) and not above.startswith("# ")
    ]

    assert bare == []


def test_sets_nothing_until_somebody_uncomments_it() -> None:
    assert surroundings.read(EXAMPLE) == {}
