"""The npm package of the client's core and hooks, as `npm --prefix webapp run package` has packed it."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.servers import ROOT

SOURCE = ROOT / "webapp" / "package"
MODULES = ROOT / "webapp" / "node_modules"
EXAMPLE = ROOT / "examples" / "page"


def packed() -> Path:
    """The tarball, or the end of a test that needs it."""
    manifest = json.loads((SOURCE / "package.json").read_text())
    tarball = SOURCE / f"tandem-client-{manifest['version']}.tgz"
    if not tarball.exists():
        reason = "The client is not packed (make test does it): npm --prefix webapp run package."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return tarball


def install(folder: Path, *others: str) -> Path:
    """What `npm install` of the tarball would put there, with these others and nothing else: links to what
    this checkout has, so that it needs no network. Where the package lies."""
    package = folder / "node_modules" / "tandem-client"
    with tarfile.open(packed()) as tarball:
        tarball.extractall(folder, filter="data")
    package.parent.mkdir()
    (folder / "package").rename(package)
    for name in (*json.loads((package / "package.json").read_text())["dependencies"], *others):
        link = folder / "node_modules" / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(MODULES / name, target_is_directory=True)
    return package


def node(folder: Path, program: str, *arguments: str, **environment: str) -> str:
    """What a program of `webapp/node_modules` writes, which must succeed."""
    ran = subprocess.run(
        ["node", MODULES / program, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def build(folder: Path, server: str, files: Mapping[str, str] | None = None) -> Path:
    """The example's page, or one of these files, built in a folder for that server; where it lies."""
    install(folder, "react", "react-dom", "vite")
    names = ("index.html", "main.tsx", "package.json", "tsconfig.json")
    for name, text in (files or {name: (EXAMPLE / name).read_text() for name in names}).items():
        (folder / name).write_text(text)
    node(folder, "vite/bin/vite.js", "build", VITE_TANDEM=server)
    return folder / "dist"
