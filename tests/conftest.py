"""Fixtures that more than one package's tests use."""

from tests.postgres import postgres, postgres_server

__all__ = ["postgres", "postgres_server"]
