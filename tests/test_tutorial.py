"""The tutorials work as printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from tests.printed import Printed


@pytest.mark.parametrize("document", ["tutorial/shared-grid.md", "tutorial/own-page.md"])
async def test_a_tutorial_works_as_printed(document: str, tmp_path: Path) -> None:
    printed = Printed(document, tmp_path, unused_port())
    try:
        await printed.run()
    finally:
        await printed.close()
