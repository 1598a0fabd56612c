"""A browser window as its user has it: what stands on the screen, the keyboard and the mouse."""

from __future__ import annotations

import re

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

# What Chromium itself writes while a server is away; the page's own errors read differently.
AWAY = re.compile(r"net::ERR_|with a status of (404|503)|WebSocket connection to '[^']+' failed")
# What Playwright writes where a test wants no service worker, and Chromium on plain HTTP.
BYSIDE = re.compile("Service Worker registration blocked|Cross-Origin-Opener-Policy header has been ignored")

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`held back by ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""


def fetched(part: str) -> str:
    """For `wait_for_function`: that part of the page has come."""
    return f"""() => performance.getEntriesByType("resource")
      .some(({{ name, responseStatus }}) => responseStatus === 200 && name.includes("/{part}-"))"""


class Pane:
    """One of the two grids."""

    def __init__(self, page: Page, side: str) -> None:
        self.page = page
        self.region = page.get_by_role("region", name=re.compile(f"^{side}: "))

    def header(self, column: str) -> Locator:
        """Its name holds its place among several sort keys, and the button that the pointer brings."""
        label = re.escape(column)
        name = re.compile(rf"^{label}( sorted \w+, \d of \d)?( {label} column menu)?$")
        return self.region.get_by_role("columnheader", name=name)

    def row(self, text: str) -> Locator:
        """The one with a cell of exactly this text."""
        exactly = self.page.get_by_role("gridcell", name=text, exact=True)
        return self.region.get_by_role("row").filter(has=exactly)

    async def cell(self, row: str, column: str) -> Locator:
        """In the column of that header, in the row with a cell of that text."""
        place = await self.header(column).get_attribute("aria-colindex")
        return self.row(row).locator(f'[role="gridcell"][aria-colindex="{place}"]')

    async def edit(self, row: str, column: str, text: str) -> None:
        """Double click, write over what is there, Enter."""
        await (await self.cell(row, column)).dblclick()
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")

    async def expect_cell(self, row: str, column: str, text: str) -> None:
        await expect(await self.cell(row, column)).to_have_text(text)

    async def texts(self, column: str) -> list[str]:
        """What the rows on screen show in a column, from the top."""
        place = await self.header(column).get_attribute("aria-colindex")
        return await self.region.locator(f'[role="gridcell"][aria-colindex="{place}"]').all_inner_texts()

    def button(self, name: str) -> Locator:
        return self.region.get_by_role("button", name=name, exact=True)

    async def expect_count(self, text: str | re.Pattern[str]) -> None:
        await expect(self.region.get_by_text(text, exact=True)).to_be_visible()


class Window:
    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.complaints: list[str] = []
        self.away = False  # the server is stopped in this test: Chromium may say so
        self.page: Page

    @classmethod
    async def open(cls, context: BrowserContext, url: str) -> Window:
        window = cls(context, url)
        await context.add_init_script(REPORT_VIOLATIONS)
        await window.open_tab()
        return window

    async def open_tab(self) -> None:
        """A new tab of the same browser profile takes the place of the one before."""
        self.page = await self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await self.page.goto(self.url)
        await self.page.evaluate("window.neverReloaded = true")

    async def close_tab(self) -> None:
        await self.page.close()

    async def go_offline(self) -> None:
        """The whole browser: its other tabs too."""
        self.away = True
        await self.context.set_offline(True)
        await expect(self.connection).to_have_text(re.compile("^(Offline|Reconnecting)"))

    @property
    def left(self) -> Pane:
        return Pane(self.page, "Left")

    @property
    def right(self) -> Pane:
        return Pane(self.page, "Right")

    @property
    def connection(self) -> Locator:
        return self.page.get_by_role("group", name="Connection")

    async def introduce(self, name: str) -> None:
        """By the question that stands there until it is answered."""
        question = self.page.get_by_role("button", name="What is your name?", exact=True)
        people = self.page.get_by_role("dialog", name="People")
        await question.click()
        await expect(people.get_by_role("textbox")).to_be_focused()
        await self.page.keyboard.type(name)
        await self.page.keyboard.press("Enter")
        await expect(people).to_have_count(0)
        await expect(question).to_have_count(0)

    async def expect_saved(self) -> None:
        """Live, and nothing left to send."""
        await expect(self.connection).to_have_text("Live")

    async def expect_not_reloaded(self) -> None:
        assert await self.page.evaluate("window.neverReloaded") is True

    def _hear(self, message: ConsoleMessage) -> None:
        expected = (self.away and AWAY.search(message.text)) or BYSIDE.search(message.text)
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(f"{message.type}: {message.text} {message.location}")
