import os
import subprocess

import pytest

from tests.bot.conftest import QUIET

pytestmark = pytest.mark.rasa


def test_the_components_do_what_rasa_needs_in_its_own_python() -> None:
    command = [".venv-rasa/bin/python", "-W", "ignore", "-m", "unittest", "tests.bot.rasa_side"]

    result = subprocess.run(
        command, env=os.environ | QUIET, capture_output=True, text=True, timeout=300, check=False
    )

    assert result.returncode == 0, result.stderr[-5_000:]
    assert "Ran 0 tests" not in result.stderr
