import json
import logging

import pytest

from bot.components import quiet_logs


def test_what_a_citizen_wrote_does_not_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    quiet_logs.install()
    quiet_logs.install()
    event = {"text": "số căn cước của tôi là", "event": "rest.message.received.timeout"}

    logging.getLogger(quiet_logs.NAME).error(json.dumps(event))

    [record] = caplog.records
    assert record.levelname == "ERROR"
    assert "căn cước" not in record.getMessage()
    assert "was not answered" in record.getMessage()
