"""Fixtures that more than one package's tests use."""

from hypothesis import settings

from tests.postgres import postgres, postgres_server

__all__ = ["postgres", "postgres_server"]

# How long one example takes says more of the machine than of the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
