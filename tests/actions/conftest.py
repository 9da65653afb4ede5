"""A conversation with the actions, and a desk of the agencies that takes what is passed on."""

import pytest

from actions.testing import FakeEscalation
from tests.actions.talk import ScriptedKnowledge, Talk


@pytest.fixture
def escalation() -> FakeEscalation:
    return FakeEscalation()


@pytest.fixture
def talk(escalation: FakeEscalation) -> Talk:
    return Talk(ScriptedKnowledge(), escalation=escalation)
