"""The log of one step: runs its commands, keeps what they print, shows the end of it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from tools.surroundings import ROOT, environment

PROGRESS = re.compile(r"Progress (\d+) of (\d+)$")  # What `pip --progress-bar raw` prints.
TAIL_BYTES = 16_384


class CommandFailed(Exception):
    """A command of a step ended with an error; its output is in the step's log."""


class StepLog:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")

    def run(self, *command: str | Path, **variables: str) -> None:
        """Run a command from the project's root. Raises CommandFailed."""
        words = [str(word) for word in command]
        self.write("$ " + " ".join(map(shlex.quote, words)))
        with self.path.open("ab") as output:
            done = subprocess.run(  # noqa: S603 - the commands are this project's own
                words,
                cwd=ROOT,
                env={**environment(), **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise CommandFailed(f"`{Path(words[0]).name} ...` ended with {done.returncode}")

    def write(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as output:
            output.write(line + "\n")

    def last_lines(self, count: int) -> list[str]:
        """The end of the log; a progress bar that redrew itself counts as one line."""
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
        lines = [
            line.rsplit("\r", 1)[-1].rstrip() for line in text.replace("\r\n", "\n").split("\n")
        ]
        return [line for line in lines if line][-count:]

    def now(self) -> str:
        """What the step is doing, in one line."""
        lines = self.last_lines(2000) or [""]
        progress = PROGRESS.match(lines[-1])
        if not progress:
            return lines[-1].strip()
        done, total = map(int, progress.groups())
        what = next((line for line in reversed(lines) if not PROGRESS.match(line)), "")
        return f"{100 * done // max(total, 1):3d} % {what.strip()}"
