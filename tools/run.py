"""Starts the five processes of the Procfile, says when they are ready, stops them together."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.printer import Printer

from tools import ports, surroundings
from tools.processes import PROCESSES, BadSetting, Process, host
from tools.supervisor import LogFiles, Supervisor

START_SECONDS = 300
POLL_SECONDS = 0.25


@dataclass
class Run:
    """One run of all processes, from the check of the ports to the last process's end."""

    procfile: str
    environment: Mapping[str, str]
    logs: LogFiles
    processes: Sequence[Process] = PROCESSES
    start_seconds: float = START_SECONDS
    late: list[str] = field(default_factory=list)

    def start(self) -> int:
        """Block until all have ended; 0 when somebody asked them to end."""
        if self._refuse_taken_ports():
            return 1
        supervisor = Supervisor(self.logs)
        for name, command in parse_procfile(self.procfile).processes.items():
            supervisor.add_process(name, command, env=dict(self.environment))
        threading.Thread(target=self._watch, args=(supervisor,), daemon=True).start()
        supervisor.run()
        return self._account_for(supervisor)

    def _refuse_taken_ports(self) -> bool:
        taken = [
            (process, process.port(self.environment))
            for process in self.processes
            if not ports.is_free(host(self.environment), process.port(self.environment))
        ]
        for process, port in taken:
            who = ports.owner(port) or "another program"
            say(
                f"Port {port}, wanted by {process.name}, is taken by {who}. "
                f"Stop that, or set {process.port_setting} to another port in .env."
            )
        return bool(taken)

    def _watch(self, supervisor: Supervisor) -> None:
        """Report each process as it becomes ready, then where to go."""
        since = time.monotonic()
        waiting = list(self.processes)
        while waiting and not supervisor.is_ending:
            time.sleep(POLL_SECONDS)
            seconds = time.monotonic() - since
            for process in [one for one in waiting if one.is_well(self.environment)]:
                waiting.remove(process)
                say(f"  ready {process.name} ({seconds:.1f} s)")
            if seconds > self.start_seconds:
                self.late = [process.name for process in waiting]
                supervisor.terminate()
        if not supervisor.is_ending:
            self._welcome()

    def _welcome(self) -> None:
        address = {process.name: process.address(self.environment) for process in self.processes}
        say("")
        say(f"Portal page:    {address['gateway']}/")
        say(f"Staff console:  {address['agencies']}/")
        say("Ctrl-C stops everything; `make logs` in another terminal shows what they write.")

    def _account_for(self, supervisor: Supervisor) -> int:
        for name in supervisor.fallen or self.late:
            say(f"\n{name} {self._fate(name, supervisor)}; the end of {self.logs.path(name)}:")
            for line in self.logs.last_lines(name):
                say(f"  | {line}")
        say("All processes have stopped.")
        return 0 if supervisor.was_asked and not self.late else 1

    def _fate(self, name: str, supervisor: Supervisor) -> str:
        if name in self.late:
            return f"was not ready after {self.start_seconds:.0f} s"
        return f"ended by itself with {supervisor.code(name)}"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="show what the processes write")
    arguments = parser.parse_args()
    root = surroundings.ROOT
    logs = LogFiles(root / "var" / "log", Printer(sys.stdout) if arguments.verbose else None)
    procfile = Path(root / "Procfile").read_text(encoding="utf-8")
    try:
        environment = surroundings.environment()
    except BadSetting as error:
        say(str(error))
        return 1
    return Run(procfile, environment, logs).start()


if __name__ == "__main__":
    sys.exit(main())
