"""axe-core's verdict on a page."""

from pathlib import Path

from playwright.async_api import Page

SCRIPT = Path(__file__).with_name("axe.min.js")


async def violations(page: Page) -> list[str]:
    """Name each rule that the page breaks, with the element; empty when it breaks none."""
    await page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = (await page.evaluate("axe.run()"))["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]
