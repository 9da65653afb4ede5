"""The log of a step, and the line of it that a person sees."""

import pytest

from tools.steplog import CommandFailed, StepLog


def test_shows_a_download_as_a_share(log: StepLog) -> None:
    log.run("printf", "Downloading torch.whl\nProgress 25 of 200\n")

    assert log.now() == " 12 % Downloading torch.whl"


def test_shows_the_last_state_of_a_bar_that_redraws_itself(log: StepLog) -> None:
    log.run("printf", "start\n10%%|#   |\r90%%|### |")

    assert log.last_lines(2) == ["start", "90%|### |"]


def test_names_the_command_that_failed(log: StepLog) -> None:
    with pytest.raises(CommandFailed, match=r"`sh \.\.\.` ended with 7"):
        log.run("sh", "-c", "exit 7")
