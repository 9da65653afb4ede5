"""Reports over the small directory and the store of cases."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agencies.reports.reading import Reports
from agencies.reports.settings import ReportSettings
from agencies.retention_rules import RetentionRules
from tests.agencies.cases.conftest import CALENDAR, Clock
from tests.agencies.cases.conftest import cases as cases
from tests.agencies.cases.conftest import clock as clock
from tests.agencies.cases.conftest import make as make
from tests.agencies.cases.conftest import rules as rules


@pytest.fixture
def reports(engine: AsyncEngine, clock: Clock) -> Reports:
    settings = ReportSettings(minimum=2, top=3)
    return Reports(engine, CALENDAR, settings, RetentionRules.load(), clock)
