"""Which of a pane's cells React renders for one edit. A property of the grid that is made
anew each time would render all of them, and nobody would see it but by the time it takes."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open
from tests.browser.test_stable import two_at_the_lowest

pytestmark = pytest.mark.browser

# Stands where React looks for its developer tools, and notes of which records it has rendered cells.
WATCH = """
window.rendered = new Set();
const isCell = (props) => props?.id !== undefined && props.field?.name !== undefined && props.type?.Input;
const PERFORMED_WORK = 1;
function visit(fiber) {
  const before = fiber.alternate;
  if (isCell(fiber.memoizedProps) && (before === null || fiber.flags & PERFORMED_WORK))
    window.rendered.add(fiber.memoizedProps.id);
  if (before !== null && before.child === fiber.child) return; // nothing below it was looked at
  for (let child = fiber.child; child !== null; child = child.sibling) visit(child);
}
window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
  supportsFiber: true,
  inject: () => 1,
  onCommitFiberRoot: (id, root) => visit(root.current),
  onCommitFiberUnmount() {},
  onPostCommitFiberRoot() {},
};
"""


async def test_a_row_that_somebody_moves_renders_itself_and_no_other(open_window: Open) -> None:
    ann, ben, rows = await two_at_the_lowest(open_window)
    await ann.page.add_init_script(WATCH)
    await ann.page.reload()
    await ann.left.expect_count("1–100 of 28,298")
    moved, below = [await ann.left.row(row).get_attribute("data-id") for row in rows[3:5]]
    assert len(await ann.page.evaluate("[...rendered]")) > 10
    await ann.page.evaluate("rendered.clear()")

    await ben.left.edit(rows[3], "elevation", "-1999")
    await expect(ann.left.row(rows[3])).to_have_attribute("data-rowindex", "0")
    # Ben is in the row below by now, which shows it.
    assert set(await ann.page.evaluate("[...rendered]")) - {below} == {moved}
