"""How much script a first visit loads, as it travels: no part of it may grow unseen."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.browser.conftest import Open
from tests.browser.test_reload import ALL
from tests.servers import ROOT

pytestmark = pytest.mark.browser

# In kB of gzip. The Data Grid, behind the first paint, is 140 of it. React, Material UI and an empty Data
# Grid, with nothing else on the page, are 292.
FIRST_PAINT_KB = 250
# In kB as they travel, which is packed with Brotli.
FIRST_ROWS_KB = 355

SCRIPT = """
() => {
  const rows = document.querySelector("[role=gridcell][data-field=name]");
  if (rows === null) return 0;
  return performance.getEntriesByType("resource")
    .filter(({ name }) => name.endsWith(".js"))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000;
}
"""


def test_the_script_that_the_first_paint_waits_for() -> None:
    dist = ROOT / "webapp" / "dist"
    named = re.findall(r'/(assets/[^"]+\.js)"', (dist / "index.html").read_text())
    assert named
    size = sum(len(gzip.compress((dist / name).read_bytes())) for name in named) / 1000
    assert size < FIRST_PAINT_KB
    assert not any("data-grid" in name for name in named)


def test_nobody_loads_the_page_of_the_api_who_does_not_open_it() -> None:
    dist = ROOT / "webapp" / "dist"
    own = re.findall(r'/(assets/docs-[^"]+)"', (dist / "docs.html").read_text())
    assert sum((dist / name).stat().st_size for name in own) > 1_000_000
    for path in (dist / "index.html", dist / "sw.js", *dist.glob("assets/index-*.js")):
        assert not any(name in path.read_text() for name in own), path


async def test_the_script_until_the_first_rows(open_window: Open) -> None:
    ann = await open_window()
    # Parts that nobody has opened come when the page is idle: not here, where they would be counted.
    await ann.page.add_init_script("window.requestIdleCallback = () => 0")
    await ann.page.goto(ann.page.url.split("?")[0] + "?left=airports")
    await ann.left.expect_count(ALL)
    size = await ann.page.evaluate(SCRIPT)
    assert 0 < size < FIRST_ROWS_KB
