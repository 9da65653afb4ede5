"""Check action server replies with a JSON Schema validator that is compiled once.

Rasa 3.6.21 checks the schema itself again on every reply of the action server, which is about
half of the time of a turn (docs/adr/0021). This replaces one private method of that pinned
version; it still refuses the same replies. The tests fail when the method changes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

ORIGINAL = RemoteAction._validate_action_result


@cache
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    error = best_match(_validator().iter_errors(result))
    if error is None:
        return True
    error.message += ". The action server's reply does not have the form of a Rasa action's."
    raise error


def install() -> None:
    """Put the fast check in place; doing it twice is harmless."""
    RemoteAction._validate_action_result = _validate_action_result
