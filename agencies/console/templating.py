"""The one set of templates that all pages are made with."""

from pathlib import Path

from starlette.templating import Jinja2Templates

from agencies.console.access import page_context

TEMPLATES = Path(__file__).parent / "templates"


def open_templates(*, hotline: str, directory_url: str) -> Jinja2Templates:
    """Whatever a page may ask without being given it: who is signed in, and these two."""
    templates = Jinja2Templates(TEMPLATES, context_processors=[page_context])
    templates.env.globals["hotline"] = hotline
    templates.env.globals["directory_url"] = directory_url
    return templates
