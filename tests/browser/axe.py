"""What axe-core finds wrong with a page for people who do not see it as most do."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from tests.servers import ROOT

AXE = ROOT / "webapp" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
# What fades in has not its colours yet; what goes on for ever (the mark of the focus) is no fade.
STILL = """Promise.allSettled(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
    .map(({ finished }) => finished),
).then(() => null)"""
RUN = "axe.run(document, { resultTypes: ['violations'] })"


async def grave_findings(page: Page) -> list[str]:
    """One line per serious or critical finding: its rule, what it means, and where."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(AXE.read_text())  # not by a script element: the policy forbids that
    await page.evaluate(STILL)
    result: dict[str, Any] = await page.evaluate(RUN)
    return [
        f"{violation['id']}: {violation['help']} at {node['target']}: {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
