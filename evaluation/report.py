"""The report of a run: Markdown or HTML for people, JSON for machines, the curve as a picture."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

from evaluation.asking import Writing
from evaluation.failures import Failure
from evaluation.figures import Figures, tables
from evaluation.picture import draw
from evaluation.tables import as_html, as_markdown, plain

TITLE = "Finding the right procedure"
CURVE = "Answering at once: confidence against mistakes"
STYLE = (
    "body{font-family:sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:.2rem .6rem;"
    "text-align:right}th:first-child,td:first-child{text-align:left}pre{white-space:pre-wrap}"
)


@dataclass(frozen=True)
class Run:
    """What was run, on what, when; thresholds as far as they were given."""

    facts: Mapping[str, str]
    answer_at: float | None = None


def write_report(path: Path, run: Run, found: Figures) -> None:
    """Write the report and, beside it, FILE.json and for Markdown FILE.svg."""
    picture = draw({str(each): found.curves[each] for each in Writing}, run.answer_at)
    if path.suffix == ".html":
        path.write_text(_html(run, found, picture), encoding="utf-8")
    else:
        # Readers of Markdown drop pictures that stand in the text.
        beside = path.with_name(f"{path.name}.svg")
        beside.write_text(picture, encoding="utf-8")
        path.write_text(_markdown(run, found, beside.name), encoding="utf-8")
    content = {"run": asdict(run), "figures": asdict(found)}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.with_name(f"{path.name}.json").write_text(text + "\n", encoding="utf-8")


def describe(failure: Failure) -> list[str]:
    """A failed question in a few lines: what was asked, what stood above, what put it there."""
    place = f"rank {failure.rank}" if failure.rank else "not among the candidates"
    if not failure.gold:
        place = "answered, not in the catalogue"
    lines = [
        f"{failure.id} ({failure.slice}), {place}, {failure.confidence:.0%} sure: "
        + " / ".join(failure.turns)
    ]
    for each in failure.above:
        reasons = ", ".join(f"{name} {value:+.2f}" for name, value in each.because.items())
        lines.append(
            f"  above: {each.hit.code} {each.hit.score:.2f} ({each.hit.share:.0%}) "
            f"{each.hit.title[:60]} [{reasons}]"
        )
    if failure.right:
        hit = failure.right
        lines.append(f"  right: {hit.code} {hit.score:.2f} ({hit.share:.0%}) {hit.title[:60]}")
    elif failure.gold:
        lines.append(f"  right: {', '.join(failure.gold[:3])}")
    return lines


def _markdown(run: Run, found: Figures, picture: str) -> str:
    facts = [f"* {name}: {plain(value)}" for name, value in run.facts.items()]
    parts = [f"# {TITLE}", "\n".join(facts), f"## {CURVE}", f"![{CURVE}]({picture})", "## Figures"]
    parts += map(as_markdown, tables(found))
    for heading, lines in _failed(found.failures):
        parts += [f"## {heading}", "\n".join(("```text", *lines, "```"))]
    return "\n\n".join(parts) + "\n"


def _html(run: Run, found: Figures, picture: str) -> str:
    facts = (f"<li>{escape(name)}: {escape(value)}</li>" for name, value in run.facts.items())
    parts = [
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{TITLE}</title>',
        f"<style>{STYLE}</style>",
        f"<h1>{TITLE}</h1>\n<ul>{''.join(facts)}</ul>",
        f"<h2>{CURVE}</h2>\n{picture}<h2>Figures</h2>",
        *map(as_html, tables(found)),
    ]
    for heading, lines in _failed(found.failures):
        parts.append(f"<h2>{escape(heading)}</h2>\n<pre>{escape(chr(10).join(lines))}</pre>")
    return "\n".join(parts) + "\n</html>\n"


def _failed(found: Mapping[Writing, Sequence[Failure]]) -> Iterator[tuple[str, list[str]]]:
    """Failed questions as written, then those that fail only without diacritics."""
    before = {each.id for each in found[Writing.AS_WRITTEN]}
    only_bare = [each for each in found[Writing.BARE] if each.id not in before]
    for heading, group in (
        ("The right one is not first", found[Writing.AS_WRITTEN]),
        ("Not first only without diacritics", only_bare),
    ):
        if group:
            yield f"{heading}: {len(group)}", [line for each in group for line in describe(each)]
