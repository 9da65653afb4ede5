"""The one set of templates that all pages are made with."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.templating import Jinja2Templates

from agencies.console.access import page_context

TEMPLATES = Path(__file__).parent / "templates"
LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def open_templates(*, hotline: str, directory_url: str) -> Jinja2Templates:
    """Whatever a page may ask without being given it: who is signed in, and these two."""
    templates = Jinja2Templates(TEMPLATES, context_processors=[page_context])
    templates.env.globals["hotline"] = hotline
    templates.env.globals["directory_url"] = directory_url
    templates.env.filters["local_time"] = local_time
    return templates


def local_time(moment: datetime) -> str:
    """A moment as the wall clock shows it.

    >>> local_time(datetime.fromisoformat("2026-11-22T12:05:00+00:00"))
    '22/11/2026 19:05'
    """
    return moment.astimezone(LOCAL_ZONE).strftime("%d/%m/%Y %H:%M")
