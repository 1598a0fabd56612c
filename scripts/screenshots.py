"""Takes docs/images/tandem.png from the real page, which `make run` serves meanwhile."""

from __future__ import annotations

import asyncio
import os
import shutil

from playwright.async_api import async_playwright

PAGE = f"http://localhost:{os.environ.get('PORT', '8080')}/?left=airports&right=airports"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
FILE = "docs/images/tandem.png"


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        await page.goto(PAGE)
        await page.get_by_text("28,298 records", exact=True).nth(1).wait_for()
        left, right = await page.get_by_role("grid").all()
        await right.get_by_role("columnheader", name="name").click()
        await right.locator("[aria-sort=ascending]").wait_for()
        await left.get_by_text("Katmai Lodge Airport").dblclick()
        await left.get_by_role("textbox").first.wait_for()
        await page.screenshot(path=FILE)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
