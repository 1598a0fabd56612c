"""Deployments, rehearsed: a commit as Heroku's buildpacks and dynos take it, and an installed wheel."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from random import Random

import aiohttp
import pytest

from server.config import SETTINGS
from server.model import uuid7
from server.transports.http import DIST
from tests.client import Client, Lost
from tests.load import Load
from tests.postgres import Cluster
from tests.servers import ServerProcess

ROOT = Path(__file__).parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
KEY = "a key of the rehearsal"
RESTARTS = 20
KILLED_AFTER = 10  # seconds from SIGTERM to SIGKILL, as a dyno manager has it


def done(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command writes, which must succeed."""
    program = [shutil.which(command[0]) or command[0], *command[1:]]  # npm is npm.cmd on Windows
    ran = subprocess.run(
        program, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{command} in {cwd}:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


class Dyno(ServerProcess):
    """The `web` of a release, with nothing in its environment but what a dyno has."""

    def __init__(self, release: Path, database_url: str) -> None:
        super().__init__(database_url, DYNO="web.1", EDIT_KEY=KEY)
        self.root = release
        self.environment["PATH"] = f"{release / 'venv' / BIN}{os.pathsep}{self.environment['PATH']}"
        lines = (release / "Procfile").read_text().splitlines()
        self.processes = {name: shlex.split(line) for name, line in (each.split(": ") for each in lines)}

        self.words: list[str] = []  # what it has told outside its log: a traceback, say

    @property
    def command(self) -> Sequence[str]:
        return self.processes["web"]

    def _note(self, line: bytes) -> str | None:
        event = super()._note(line)
        if event is None:
            self.words.append(line.decode())
        return event

    def release(self) -> None:
        """The release phase, on a dyno of its own."""
        ran = subprocess.run(self.processes["release"], cwd=self.root, env=self.environment, check=False)
        assert ran.returncode == 0

    async def stop(self) -> int:
        try:
            async with asyncio.timeout(KILLED_AFTER):
                return await super().stop()
        except TimeoutError:
            await self.kill()
            pytest.fail(f"SIGTERM had not ended it after {KILLED_AFTER} s, and then it is killed")


def build(release: Path) -> None:
    """What the buildpacks named by app.json do with the last commit, and no more."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    release.mkdir()
    subprocess.run(["tar", "x"], cwd=release, input=archive, check=True)
    node = {"NODE_ENV": "production", "NPM_CONFIG_PREFER_OFFLINE": "true"}
    done("npm", "ci", cwd=release, **node)
    done("npm", "run", "heroku-postbuild", cwd=release, **node)
    assert not (release / "webapp" / "node_modules").exists(), "a slug has no use for it"
    done(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=release)
    install = ("--python", release / "venv" / BIN / "python", "install", "-q", "--require-hashes")
    done(*PIP, *install, "-r", "requirements.txt", cwd=release)


async def shows_page(url: str) -> None:
    """The page and all that it names is served."""
    async with aiohttp.ClientSession(url, raise_for_status=True) as browser:
        page = await (await browser.get("/")).text()
        named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
        assert [name for name in named if name.startswith("/assets/") and name.endswith(".js")]
        for path in [*named, "/sw.js"]:
            assert await (await browser.get(path)).read()


async def takes_edit(url: str, **auth: str) -> None:
    client = Client(lambda event, payload: None)
    await client.connect(url, **auth)
    add = {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": "First"}}
    assert (await client.ask("add_record", add))["result"]["status"] == "applied"
    await client.close()


@pytest.mark.postgres
async def test_r2_r10_a_release_serves_and_is_stopped_without_loss(postgres: Cluster, tmp_path: Path) -> None:
    """A deploy stops the old dyno in the middle of everything: what it has acknowledged is stored."""
    await asyncio.to_thread(build, tmp_path / "release")
    database = postgres.create()
    dyno = Dyno(tmp_path / "release", database.replace("postgresql+psycopg:", "postgres:"))
    try:
        await asyncio.to_thread(dyno.release)
        await dyno.start()
        await shows_page(dyno.url)
        with pytest.raises(Lost):
            await takes_edit(dyno.url)
        await takes_edit(dyno.url, token=KEY)
        assert await dyno.stop() == 0, "".join(dyno.words)

        in_flight = 0
        async with Load.on(database, Random(), token=KEY) as load:
            await dyno.start()
            load.serve(dyno.url)
            for _ in range(RESTARTS):
                await load.moment()
                in_flight += sum(editor.in_flight for editor in load.editors)
                load.up.clear()
                assert await dyno.stop() == 0, "".join(dyno.words)
                await dyno.start()
                load.up.set()
            await load.settle()
        assert in_flight, "no stop met a request that was under way"
        print(load.told())  # noqa: T201
    finally:
        await dyno.close()


def test_the_button_makes_what_the_code_needs() -> None:
    app = json.loads((ROOT / "app.json").read_text())
    assert [pack["url"] for pack in app["buildpacks"]] == ["heroku/nodejs", "heroku/python"]
    assert [addon["plan"].partition(":")[0] for addon in app["addons"]] == ["heroku-postgresql"]
    assert set(app["env"]) <= {setting.name for setting in SETTINGS}
    made = {name for name, value in app["env"].items() if value.get("generator") == "secret"}
    assert made == {"EDIT_KEY", "VIEW_KEY"}


def test_the_root_package_only_builds_the_client() -> None:
    root, client = (json.loads((ROOT / folder / "package.json").read_text()) for folder in (".", "webapp"))
    assert root["version"] == client["version"]
    assert not {"dependencies", "devDependencies"} & set(root)


# The wheel


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The folder of an environment's programs: a wheel of the checkout, and what runs these tests."""
    if not (ROOT / "webapp" / "dist" / "index.html").exists():
        reason = "The client has not been built (make test does it)."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    done(*PIP, "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("tandem-*.whl")
    done(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=tmp_path)
    venv = tmp_path / "venv"
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv), "platbase": str(venv)}))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    python = ("--python", str(venv / BIN / "python"))
    done(*PIP, *python, "install", "-q", "--no-deps", wheel, cwd=tmp_path)
    return venv / BIN


class Installed(ServerProcess):
    """What a wheel has installed, started in a folder where there is nothing else."""

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        super().__init__(f"sqlite:///{folder}/tandem.db", GRIDS="server.samples.tasks,own_grid", PATH="")
        self.root = folder
        self._command = command

    @property
    def command(self) -> Sequence[str]:
        return self._command


OWN_GRID = """
from marshmallow import Schema, fields

class OwnSchema(Schema):
    class Meta:
        grid = "own"

    title = fields.String()
"""


CLIENT = """
import asyncio, sys, tandem_client

async def main():
    async with tandem_client.connect(sys.argv[1]) as tandem:
        tasks = await tandem.join("tasks")
        await tasks.add({"title": "By the client"})
        print(len(tasks), tandem_client.__path__[0])

asyncio.run(main())
"""


async def test_a_wheel_serves_the_page_and_needs_no_node(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "own_grid.py").write_text(OWN_GRID)
    code = "import server; print(server.__path__[0])"
    told = done(installed / "python", "-c", code, cwd=folder)
    assert Path(told.strip()).is_relative_to(installed.parent), "not the checkout beside it"
    for program, *arguments in (["tandem"], ["python", "-m", "server"]):
        server = Installed(folder, [str(installed / program), *arguments])
        try:
            await server.start()
            await shows_page(server.url)
            await takes_edit(server.url)
            said = await asyncio.to_thread(done, installed / "python", "-c", CLIENT, server.url, cwd=folder)
            count, path = said.split()
            assert int(count) >= 2
            assert Path(path).is_relative_to(installed.parent)
            assert (Path(path) / "py.typed").exists(), "its types are for who uses it"
            assert await server.stop() == 0
        finally:
            await server.close()


def test_the_checkout_serves_what_it_has_built_itself() -> None:
    assert DIST == ROOT / "webapp" / "dist"


# The image


def test_the_image_starts_as_heroku_does_on_pinned_versions_of_what_is_tested() -> None:
    """No Docker engine is asked for: docs/DEPLOY.md says how its steps were tried."""
    image = (ROOT / "Dockerfile").read_text()
    bases = dict(re.findall(r"^FROM (\w+):(\d+\.\d+)\.\d+-", image, re.MULTILINE))
    assert bases["python"] == (ROOT / ".python-version").read_text().strip()
    engines = json.loads((ROOT / "package.json").read_text())["engines"]["node"]
    assert f"^{bases['node'].partition('.')[0]}." in engines
    web = (ROOT / "Procfile").read_text().splitlines()[1].removeprefix("web: ")
    last = image.splitlines()[-1]
    assert json.loads(last.removeprefix("CMD ")) == web.split(), "a shell would not pass SIGTERM on"
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", image, re.MULTILINE)


def test_the_image_is_sent_all_that_it_copies_and_nothing_private() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    needed = {path.partition("/")[0] for line in copied for path in line.split()}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == needed


def test_compose_names_only_settings_that_there_are() -> None:
    text = (ROOT / "compose.yaml").read_text()
    section = re.search(r"^  environment:\n((?:    .+\n)+)", text, re.MULTILINE)
    assert section
    named = re.findall(r"^    (\w+):", section[1], re.MULTILINE)
    assert set(named) <= {setting.name for setting in SETTINGS}
    assert re.findall(r"image: postgres:\d+\.\d+", text)
