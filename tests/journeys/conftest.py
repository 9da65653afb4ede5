import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.browser.conftest import chromium
from tools.trial import Trial, trial

__all__ = ["chromium"]


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """The five processes as `make run` starts them, on the starter catalogue."""
    home = tmp_path_factory.mktemp("city")
    settings = {"KNOWLEDGE_DIR": str(home / "knowledge"), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "knowledge", "ensure", "data/catalogue.jsonl"]
    subprocess.run(command, env={**os.environ, **settings}, check=True)
    with trial(home, **settings) as running:
        yield running
