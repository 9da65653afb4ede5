"""Write requirements/*.txt from what is installed: `make pins`, after an upgrade was tried.

Only packages that the .in files need, directly or in turn, are pinned; a local build such as
torch's "+cpu" is pinned by its public version, so that one list serves every machine.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REQUIREMENTS = Path(__file__).parent.parent / "requirements"
# Torch's, on a machine with a GPU: another machine's set-up decides for itself.
CUDA = ("nvidia-", "cuda-", "triton")
HEADER = "# Written by `make pins` from {source}: change that file, not this one.\n"


def direct(path: Path) -> list[Requirement]:
    """The requirements a .in file names, without its comments."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line]


def closure(wanted: list[Requirement]) -> dict[str, str]:
    """Name and installed version of everything wanted and all it needs in turn.

    Raises PackageNotFoundError for a direct requirement that is not installed.
    """
    missing = [str(one) for one in wanted if not _version(one)]
    if missing:
        raise PackageNotFoundError(", ".join(missing))
    pins: dict[str, str] = {}
    seen: set[str] = set()
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        version = _version(one)
        if str(one) in seen or not version or one.name.startswith(CUDA):
            continue
        seen.add(str(one))
        pins[canonicalize_name(one.name)] = version
        waiting += _needs(one)
    return pins


def _version(requirement: Requirement) -> str:
    try:
        return distribution(requirement.name).version.split("+")[0]
    except PackageNotFoundError:
        return ""


def _needs(requirement: Requirement) -> list[Requirement]:
    lines = distribution(requirement.name).requires or []
    extras = {"", *requirement.extras}
    return [
        need
        for need in map(Requirement, lines)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def render(pins: dict[str, str], source: str, base: str = "") -> str:
    lines = [f"{name}=={version}\n" for name, version in sorted(pins.items())]
    return HEADER.format(source=source) + base + "".join(lines)


def main() -> None:
    app = closure(direct(REQUIREMENTS / "app.in"))
    (REQUIREMENTS / "app.txt").write_text(render(app, "app.in"), encoding="utf-8")
    for name in ("train", "dev"):
        pins = closure(direct(REQUIREMENTS / f"{name}.in"))
        extra = {package: version for package, version in pins.items() if package not in app}
        text = render(extra, f"{name}.in", base="-r app.txt\n")
        (REQUIREMENTS / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
