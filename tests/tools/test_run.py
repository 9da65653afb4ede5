"""Processes that are started together, watched, and stopped together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

SERVER = """
import http.server, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""
RUN = """
import os, sys
from pathlib import Path
from tools.processes import Process
from tools.run import Run
from tools.supervisor import LogFiles
folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
processes = [Process(name, f"{name.upper()}_PORT", 0) for name in ("gateway", "agencies")]
procfile = (folder / "Procfile").read_text()
sys.exit(Run(procfile, dict(os.environ), LogFiles(folder), processes, seconds).start())
"""
WELL = "exec {python} {folder}/server.py ${variable}"


class Stage:
    """Two small processes, run as tools.run runs the five."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {"GATEWAY_PORT": free_port(), "AGENCIES_PORT": free_port()}
        (folder / "server.py").write_text(SERVER)

    def command(self, variable: str) -> str:
        return WELL.format(python=sys.executable, folder=self.folder, variable=variable)

    def start(self, *, agencies: str = "", start_seconds: float = 60) -> subprocess.Popen[str]:
        (self.folder / "Procfile").write_text(
            f"gateway: {self.command('GATEWAY_PORT')}\n"
            f"agencies: {agencies or self.command('AGENCIES_PORT')}\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.folder), str(start_seconds)],
            env={**os.environ, **self.ports},
            stdout=subprocess.PIPE,
            text=True,
        )

    def left_behind(self) -> list[str]:
        """Processes of this stage that still run."""
        return [line for line in running().values() if str(self.folder) in line]


def running() -> dict[int, str]:
    """Number and command of every process of this machine."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # It has just ended.
            found[int(path.parent.name)] = path.read_bytes().decode("utf-8", "replace")
    return found


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def read_until(run: subprocess.Popen[str], words: str) -> str:
    assert run.stdout
    text = ""
    for line in run.stdout:
        text += line
        if words in line:
            return text
    raise AssertionError(f"never said {words!r}:\n{text}")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_prints_the_addresses_when_all_are_well_and_stops_on_a_signal(
    stage: Stage, number: signal.Signals
) -> None:
    run = stage.start()
    welcome = read_until(run, "Staff console")

    run.send_signal(number)
    farewell, _ = run.communicate(timeout=20)

    assert f"http://127.0.0.1:{stage.ports['GATEWAY_PORT']}/" in welcome
    assert f"http://127.0.0.1:{stage.ports['AGENCIES_PORT']}/" in welcome
    assert farewell.endswith("All processes have stopped.\n")
    assert run.returncode == 0
    assert stage.left_behind() == []


def test_a_process_that_falls_is_named_with_its_last_words_and_stops_the_rest(
    stage: Stage,
) -> None:
    run = stage.start(agencies="echo no database; exit 3")

    text, _ = run.communicate(timeout=20)

    assert "agencies ended by itself with 3" in text
    assert "| no database" in text
    assert "Portal page" not in text
    assert run.returncode == 1
    assert stage.left_behind() == []


def test_a_process_that_falls_later_stops_the_rest(stage: Stage) -> None:
    run = stage.start()
    read_until(run, "Ctrl-C")

    [agencies] = [
        number for number, line in running().items() if stage.ports["AGENCIES_PORT"] in line
    ]
    os.kill(agencies, signal.SIGKILL)
    text, _ = run.communicate(timeout=20)

    assert "agencies ended by itself with -9" in text
    assert run.returncode == 1
    assert stage.left_behind() == []


def test_a_process_that_never_gets_well_is_named(stage: Stage) -> None:
    run = stage.start(agencies="echo thinking; exec sleep 60", start_seconds=1)

    text, _ = run.communicate(timeout=20)

    assert "agencies was not ready after 1 s" in text
    assert "| thinking" in text
    assert run.returncode == 1


def test_a_process_may_finish_what_it_is_doing_when_others_have_ended(stage: Stage) -> None:
    server = stage.command("AGENCIES_PORT").removeprefix("exec ")
    run = stage.start(agencies=f"trap 'sleep 1; echo finished; exit' TERM; {server} & wait")
    read_until(run, "Ctrl-C")

    run.send_signal(signal.SIGINT)
    run.communicate(timeout=20)

    assert (stage.folder / "agencies.log").read_text().endswith("finished\n")
    assert stage.left_behind() == []


def test_a_process_that_will_not_end_is_ended_by_force(stage: Stage) -> None:
    server = stage.command("AGENCIES_PORT").removeprefix("exec ")
    run = stage.start(agencies=f"trap '' TERM; {server}")
    read_until(run, "Ctrl-C")

    since = time.monotonic()
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=20)

    assert 4 < time.monotonic() - since < 15
    assert stage.left_behind() == []


def test_a_taken_port_is_named_with_its_owner_and_its_setting(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", int(stage.ports["GATEWAY_PORT"]))):
        text, _ = stage.start().communicate(timeout=20)

    assert f"Port {stage.ports['GATEWAY_PORT']}, wanted by gateway, is taken by" in text
    assert f"(pid {os.getpid()})" in text
    assert "set GATEWAY_PORT" in text


def test_keeps_what_each_process_writes_in_a_file_of_its_own(stage: Stage) -> None:
    run = stage.start(agencies="echo from agencies; exit 1")

    run.communicate(timeout=20)

    assert (stage.folder / "agencies.log").read_text() == "from agencies\n"
