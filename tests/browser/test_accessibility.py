"""What axe-core says of each thing that a pane can show, light and dark."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import Open
from tests.browser.window import Window

pytestmark = pytest.mark.browser

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


async def expect_nothing_grave(window: Window, what: str) -> None:
    assert await grave_findings(window.page) == [], what


async def add_task(window: Window, title: str) -> None:
    await window.left.button("Add record").click()
    form = window.page.get_by_role("dialog", name="Add to Tasks")
    await form.get_by_role("textbox", name="Title").fill(title)
    await form.get_by_role("button", name="Add record").click()
    await expect(form).to_have_count(0)


@SCHEMES
async def test_the_panels_of_a_pane(open_window: Open, scheme: str) -> None:
    ann = await open_window("/?left=tasks&panes=1", width=1200, color_scheme=scheme)
    await expect_nothing_grave(ann, "no records yet")
    await add_task(ann, "Paint the hangar")
    for button, panel in (("Filter", "Filter"), ("Sort", "Sort"), ("Fields", "Fields")):
        await ann.left.button(button).click()
        await expect(ann.page.get_by_role("dialog", name=panel)).to_be_visible()
        await expect_nothing_grave(ann, panel)
        await ann.page.keyboard.press("Escape")
        await expect(ann.page.get_by_role("dialog", name=panel)).to_have_count(0)
    await ann.left.region.get_by_role("searchbox").fill("nothing like it")
    await expect(ann.left.button("Clear filter and search")).to_be_visible()
    await expect_nothing_grave(ann, "nothing matches")


@SCHEMES
async def test_the_states_of_rows_and_cells(open_window: Open, scheme: str) -> None:
    ann = await open_window("/?left=tasks&right=tasks", width=1800, color_scheme=scheme)
    ben = await open_window("/?left=tasks&panes=1")
    for title in ("Paint the hangar", "Mow the strip", "Fix the windsock"):
        await add_task(ann, title)
    await ben.left.expect_cell("Fix the windsock", "Status", "open")

    await ben.left.edit("Mow the strip", "Priority", "3")
    await ann.left.expect_cell("Mow the strip", "Priority", "3")
    await expect_nothing_grave(ann, "changed by somebody else")

    await (await ann.left.cell("Paint the hangar", "Priority")).dblclick()
    await ben.left.edit("Paint the hangar", "Priority", "1")
    await ann.right.expect_cell("Paint the hangar", "Priority", "1")
    await ann.page.keyboard.type("2")
    await ann.page.keyboard.press("Enter")
    await expect(ann.left.button("1 not saved")).to_be_visible()
    await expect_nothing_grave(ann, "a conflict")

    await ann.left.row("Fix the windsock").get_by_role("checkbox").check()
    await expect(ann.left.region.get_by_role("group", name="1 record selected")).to_be_visible()
    await expect_nothing_grave(ann, "selected")
    await ann.left.button("Delete record").click()
    await expect(ann.left.button("Undo")).to_be_visible()
    await expect_nothing_grave(ann, "deleted, with Undo")


@SCHEMES
@pytest.mark.parametrize("width", [1600, 390])
async def test_the_history_of_a_record_and_of_a_grid(open_window: Open, scheme: str, width: int) -> None:
    ann = await open_window("/?left=tasks&panes=1", width=1600, color_scheme=scheme)
    for title in ("Paint the hangar", "Mow the strip", "Fix the windsock"):
        await add_task(ann, title)
    await ann.left.edit("Paint the hangar", "Priority", "3")
    for title in ("Mow the strip", "Fix the windsock"):
        await ann.left.row(title).get_by_role("checkbox").check()
    await ann.left.button("Delete 2 records").click()
    await ann.expect_saved()
    await (await ann.left.cell("Paint the hangar", "Priority")).click()
    await ann.page.set_viewport_size({"width": width, "height": 900})
    await ann.page.keyboard.press("Control+Alt+H")
    drawer = ann.page.get_by_role("dialog", name="Paint the hangar")
    await expect(drawer.get_by_role("button", name="Restore Priority: (empty)")).to_be_visible()
    await expect_nothing_grave(ann, "of a field")
    await drawer.get_by_role("button", name="All fields of the record").click()
    await expect(drawer.get_by_role("button", name="Restore this version")).to_be_visible()
    await expect_nothing_grave(ann, "of a record")
    await drawer.get_by_role("button", name="Close").click()
    await ann.left.region.get_by_role("button", name="History:").click()
    panel = ann.page.get_by_role("dialog", name="History of Tasks")
    await expect(panel.get_by_role("button", name="Fix the windsock")).to_have_count(2)
    await expect_nothing_grave(ann, "of a grid")
    await panel.get_by_role("tab", name="Deleted records").click()
    await panel.get_by_role("checkbox", name="Choose Mow the strip").check()
    await panel.get_by_role("button", name="Restore Fix the windsock").click()
    await expect(panel.get_by_text("Restored since")).to_be_visible()
    await expect_nothing_grave(ann, "deleted records")
