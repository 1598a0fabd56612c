"""The npm package: what it needs, its types for who installs it, and its core without a browser."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tomllib
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from typing import Any

import pytest

from server.config import Settings
from server.model import uuid7
from tests.client import Client
from tests.own_page import EXAMPLE, SOURCE, install, node
from tests.servers import ROOT, serving

DOCUMENT = ROOT / "docs" / "TYPESCRIPT.md"
README = SOURCE / "README.md"
PATIENCE = 60  # seconds
NEEDED = {"idb", "socket.io-client"}
IMPORTED = re.compile(r"""(?:\bfrom|\bimport|import\()\s*"([^"]+)\"""")

STRICT = {
    "target": "ES2024",
    "lib": ["ES2024", "DOM", "DOM.Iterable"],
    "jsx": "react-jsx",
    "types": ["vite/client"],
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "verbatimModuleSyntax": True,
    "skipLibCheck": False,
    "noEmit": True,
}
RESOLUTIONS = {
    "bundler": {"module": "ESNext", "moduleResolution": "bundler"},
    "nodenext": {"module": "NodeNext", "moduleResolution": "NodeNext"},
}


def snippets(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(), re.DOTALL)


def manifest(path: Path) -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(path.read_text())
    return read


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """It lies in a folder that has nothing else but what it asks for."""
    return install(tmp_path)


def reached(package: Path, entry: str, ending: str) -> tuple[set[str], set[str]]:
    """The package's own files that an entry leads to, and the packages that those import."""
    files, packages, ahead = set[str](), set[str](), [package / "dist" / f"{entry}{ending}"]
    while ahead:
        file = ahead.pop().resolve()
        if str(file) in files:
            continue
        files.add(str(file))
        for name in IMPORTED.findall(file.read_text()):
            if name.startswith("."):
                assert name.endswith(".js"), f"{file}: {name}"
                ahead.append(file.parent / f"{name.removesuffix('.js')}{ending}")
            else:
                packages.add(name)
    return files, packages


def test_the_core_needs_no_react_and_the_package_no_user_interface(package: Path) -> None:
    core, needed = reached(package, "core", ".js")
    assert needed == NEEDED
    hooks, needed = reached(package, "react", ".js")
    assert needed == {"react"}
    assert core | hooks == {str(file.resolve()) for file in package.glob("dist/**/*.js")}
    assert reached(package, "core", ".d.ts")[1] <= NEEDED
    assert reached(package, "react", ".d.ts")[1] <= {*NEEDED, "react"}


def test_it_asks_for_what_the_page_is_tested_with() -> None:
    package, page, example = (
        manifest(folder / "package.json") for folder in (SOURCE, ROOT / "webapp", EXAMPLE)
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert package["version"] == project["version"]
    assert package["dependencies"] == {
        name: f"^{page['dependencies'][name]}" for name in ("idb", "socket.io-client")
    }
    assert package["engines"] == page["engines"]
    assert (
        page["dependencies"]["react"].partition(".")[0]
        == package["peerDependencies"]["react"][1:].partition(".")[0]
    )
    tarball = example["dependencies"].pop("tandem-client").removeprefix("file:")
    assert (EXAMPLE / tarball).resolve() == SOURCE / f"tandem-client-{package['version']}.tgz"
    known = {**page["dependencies"], **page["devDependencies"]}
    for name, version in {**example["dependencies"], **example["devDependencies"]}.items():
        assert known[name] == version, name


def test_publint_has_nothing_to_say(package: Path) -> None:
    assert "All good" in node(package, "publint/src/cli.js", "run", "--strict", "--pack", "false")


@pytest.mark.parametrize("resolution", sorted(RESOLUTIONS))
def test_it_is_typed_for_who_installs_it(tmp_path: Path, resolution: str) -> None:
    """The example, and what the documents show."""
    install(tmp_path, "react", "react-dom", "@types/react", "@types/react-dom", "vite", "csstype")
    shutil.copy(EXAMPLE / "main.tsx", tmp_path / "example.tsx")
    for document in (DOCUMENT, README):
        for language in ("ts", "tsx"):
            for number, snippet in enumerate(snippets(document, language)):
                (tmp_path / f"{document.stem}{number}.{language}").write_text(snippet)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    config = {"compilerOptions": {**STRICT, **RESOLUTIONS[resolution]}, "include": ["*.ts", "*.tsx"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))
    node(tmp_path, "typescript/bin/tsc")


async def test_the_core_runs_in_node_as_printed(package: Path, tmp_path: Path) -> None:
    """It joins, edits, sees what somebody else does, and ends by itself."""
    (program,) = snippets(DOCUMENT, "js")
    settings = Settings(database_url=f"sqlite:///{tmp_path}/tandem.db", grids=("server.samples.tasks",))
    async with serving(settings) as url, asyncio.timeout(PATIENCE):
        (tmp_path / "paint.mjs").write_text(program.replace("http://localhost:8080", url))
        added = asyncio.get_running_loop().create_future()

        def heard(event: str, payload: Any) -> None:
            if event == "changes" and not added.done():
                added.set_result(payload["changes"][0])

        other = Client(heard)
        await other.connect(url)
        await other.ask("join_grid", {"grid": "tasks"})
        running = await asyncio.create_subprocess_exec(
            "node", "paint.mjs", cwd=tmp_path, stdout=PIPE, stderr=STDOUT
        )
        try:
            _, id, kind, fields, author, _ = await added
            assert (kind, fields["title"], author["name"]) == ("add", "Paint the hangar", "A script")
            done = {"grid": "tasks", "mutation_id": uuid7(), "id": id, "fields": {"status": "done"}}
            assert (await other.ask("update_record", done))["ok"]
            told, _ = await running.communicate()
        finally:
            if running.returncode is None:
                running.kill()
            await other.close()
    assert (running.returncode, told.decode()) == (0, "Somebody has painted it.\n")
