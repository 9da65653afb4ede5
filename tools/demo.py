"""An installation of its own with Zalo and Messenger played by fakes, and two phones to chat on."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import ports
from tools.trial import Trial, free_port, trial


def settings(port: int) -> dict[str, str]:
    """What the gateway and the fakes of the platforms both know."""
    here = f"http://127.0.0.1:{port}"
    return {
        "GATEWAY_CREDENTIALS_KEY": f"{secrets.token_urlsafe(32)}=",
        "ZALO_OA_ID": "3886132808788086450",
        "ZALO_APP_ID": "3608465249409039670",
        "ZALO_APP_SECRET": secrets.token_hex(16),
        "ZALO_OA_SECRET": secrets.token_hex(16),
        "ZALO_API_URL": f"{here}/zalo",
        "ZALO_OAUTH_URL": f"{here}/zalo",
        "MESSENGER_PAGE_ID": "1020304050607080",
        "MESSENGER_APP_ID": "9080706050403020",
        "MESSENGER_APP_SECRET": secrets.token_hex(16),
        "MESSENGER_PAGE_TOKEN": secrets.token_hex(32),
        "MESSENGER_VERIFY_TOKEN": secrets.token_hex(16),
        "MESSENGER_GRAPH_URL": f"{here}/messenger",
    }


def main(arguments: list[str]) -> int:
    """Without arguments: phones to chat on, until Ctrl-C. `load ...` measures instead."""
    port = int(os.environ.get("DEMO_PORT") or 8010) if not arguments else free_port()
    with tempfile.TemporaryDirectory() as home, trial(Path(home), **settings(port)) as running:
        if arguments:
            return _run(running, port, "load", *arguments[1:]).wait()
        process = _run(running, port, "platforms")
        while ports.is_free("127.0.0.1", port) and process.poll() is None:
            time.sleep(0.2)
        if process.poll():
            return process.returncode
        say(f"Two phones:     http://127.0.0.1:{port}/")
        say(f"Staff console:  {running.url('agencies')}/")
        say("Ctrl-C stops everything; nothing of it is kept.")
        return _wait(process)


def _run(running: Trial, port: int, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"gateway.testing.{module}", str(port), *arguments]
    return subprocess.Popen([*command, running.url("gateway")], env=running.environment)  # noqa: S603


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        return 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
