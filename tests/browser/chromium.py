"""How Chromium is started, for tests, measurements and pictures alike."""

from __future__ import annotations

import os
import shutil

# Nothing of its own over the network; and as root, where it has no sandbox.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP tandem.test 127.0.0.1",  # a page on plain HTTP that is not from this machine
]


def chromium_path() -> str | None:
    """The program that CHROMIUM names, or the one that is installed; None if there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")
