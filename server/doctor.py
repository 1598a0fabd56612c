"""The command that looks for what is wrong: `python -m server doctor`. It changes nothing."""

from __future__ import annotations

import asyncio
import errno
import http.client
import json
import logging
import os
import platform
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import click

from server import app, config, running
from server.config import KEYS, Settings, split_key
from server.errors import StartError
from server.grids import Grid
from server.stores import SCHEMA, Finding, Store
from server.transports.http import DIST

COLORS = {"ok": "green", "warning": "yellow", "problem": "red"}
LEAST_KEY, LEAST_LETTERS = 16, 8  # characters of a key, and different ones among them
RECORDS_WITHIN = 10.0  # seconds for judging records, of all grids together
ANSWER_WITHIN = 5.0


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write a list of {level, what, text} instead of lines.")
def doctor(as_json: bool) -> None:
    """Look for what is wrong with settings, database, grids and port; exit code 1 if a problem is found.

    Run it where and as whom the server runs, with the same settings. A server may be running meanwhile.

    \b
    Examples:
      python -m server doctor
      heroku run python -m server doctor
    """
    findings = _look(as_json)
    problems = sum(finding.level == "problem" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        click.echo(f"{problems} problem{'s' * (problems != 1)}, {warnings} warning{'s' * (warnings != 1)}.")
    if problems:
        raise click.exceptions.Exit(1)


def _look(quiet: bool) -> list[Finding]:
    """All that is found, told as it is found unless `quiet`."""
    findings = []
    for finding in examined(os.environ):
        findings.append(finding)
        if not quiet:
            level = click.style(f"{finding.level:8}", fg=COLORS[finding.level])
            click.echo(f"{level} {finding.what}: {finding.text}")
    return findings


def examined(environ: Mapping[str, str]) -> Iterator[Finding]:
    """One thing after another."""
    yield Finding("ok", "Python", platform.python_version())
    try:
        settings = running.settings()
    except StartError as problem:
        yield Finding("problem", "settings", str(problem))
        return
    logging.getLogger().setLevel(logging.CRITICAL)  # what is wrong is told here
    yield from access(settings)
    yield from weak_keys(environ)
    yield from proxies(settings)
    database = asyncio.run(app.examine(settings))
    yield from database
    if any(each.what == "tables" and each.level == "ok" for each in database):
        yield from asyncio.run(_grids(settings))
    yield client()
    yield port(settings)
    said = "When the last one was made is not known here: let a timer run python -m server backup."
    yield Finding("ok", "backups", said)


# Settings


def access(settings: Settings) -> Iterator[Finding]:
    """Who gets in."""
    proxied = bool(settings.trusted_proxies or settings.allowed_hosts)
    try:
        config.check_access(settings)
    except StartError as problem:
        yield Finding("problem", "access", str(problem))
        return
    if settings.keyed:
        yield Finding("ok", "access", "A key is asked for.")
    elif settings.open and not settings.loopback:
        yield Finding("warning", "access", "OPEN=1: everybody who reaches this server may edit everything.")
    elif proxied:
        said = "No key is asked for, and who comes through a proxy passes for somebody at this machine: "
        yield Finding("problem", "access", f"{said}set EDIT_KEY or VIEW_KEY.")
    else:
        yield Finding("ok", "access", "No key is asked for, and only this machine gets in.")


def weak_keys(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Those of the settings that somebody may guess; never what they are."""
    for setting in KEYS:
        for number, text in enumerate(environ.get(setting, "").split(","), 1):
            name, key = split_key(text)
            if key and (len(key) < LEAST_KEY or len(set(key)) < LEAST_LETTERS):
                said = f"Key {name or number} of {setting} can be guessed. Make one by: openssl rand -hex 16"
                yield Finding("warning", "keys", said)


def proxies(settings: Settings) -> Iterator[Finding]:
    """What is said of the proxies before it."""
    named = [name for name in settings.allowed_hosts if not config.is_loopback(name)]
    if settings.trusted_proxies and settings.loopback and not named:
        said = "A proxy stands before it (TRUSTED_PROXIES), and every public name is refused: "
        yield Finding("warning", "proxies", f"{said}set ALLOWED_HOSTS to the name that people use.")
    elif not settings.trusted_proxies and (settings.dyno or (settings.loopback and named)):
        said = "People come through a proxy, and all pass for one: who guesses keys slows down everybody. "
        yield Finding("warning", "proxies", f"{said}Set TRUSTED_PROXIES to the number of proxies.")
    else:
        said = (
            f"TRUSTED_PROXIES is {settings.trusted_proxies}; /check tells in a browser whether that is right."
        )
        yield Finding("ok", "proxies", said)


# Grids


async def _grids(settings: Settings) -> list[Finding]:
    try:
        classes = app.load_grids(settings)
    except StartError as problem:
        return [Finding("problem", "grids", str(problem))]
    store = app.make_store(settings)
    end = time.monotonic() + RECORDS_WITHIN
    try:
        found = []
        for head in await store.heads():
            grid, schema = head.grid, classes.get(head.grid)
            if schema is None and await store.source(grid) == SCHEMA:
                said = f"{grid} is defined in Python, by no module that GRIDS names: nobody can edit it."
                found.append(Finding("warning", "grids", said))
                continue
            _, stored = await store.describe(grid)
            found.append(await _records(store, grid, schema or stored, head.count, end))
        return found or [Finding("ok", "grids", "There are none yet.")]
    finally:
        await store.close()


async def _records(store: Store, grid: str, schema: Grid, count: int, end: float) -> Finding:
    """How many of its records do not pass its schema, as far as there is time until `end`."""
    failing = seen = 0
    async for batch in store.records(grid):
        if time.monotonic() > end:
            break
        failing += sum(bool(schema.errors_of(record.fields)) for record in batch)
        seen += len(batch)
    told = f"{grid}: of {seen:,} records" + (
        f" (of {count:,}: there was no time for all)" if seen < count else ""
    )
    if failing:
        said = f"{told} {failing:,} do not pass its schema: python -m server check {grid} lists them."
        return Finding("warning", "grids", said)
    return Finding("ok", "grids", f"{told} all pass its schema.")


# Around it


def client() -> Finding:
    """Whether there is a page to serve."""
    if (DIST / "index.html").is_file():
        return Finding("ok", "page", f"The built client is in {DIST}.")
    said = f"There is none in {DIST}: npm --prefix webapp ci, then npm --prefix webapp run build."
    return Finding("problem", "page", said)


def port(settings: Settings) -> Finding:
    """Whether the server can listen where it is told to, or does so already."""
    where = f"{settings.host}:{settings.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host.strip("[]"), settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        socket.create_server(address[:2], family=family).close()
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            return _who_listens(settings, where)
        said = f"{where} cannot be listened on ({problem.strerror}): set HOST or PORT."
        return Finding("problem", "port", said)
    return Finding("ok", "port", f"{where} is free.")


def _who_listens(settings: Settings, where: str) -> Finding:
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    host = settings.host.strip("[]")
    connection = http.client.HTTPConnection(everywhere.get(host, host), settings.port, timeout=ANSWER_WITHIN)
    try:
        connection.request("GET", "/readyz")
        answer = json.loads(connection.getresponse().read())
        ready, wrong = answer["ready"], answer["wrong"]
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        said = f"{where} is taken by another program: stop it, or set PORT to another."
        return Finding("problem", "port", said)
    finally:
        connection.close()
    if ready:
        return Finding("ok", "port", f"A Tandem answers at {where}, and is ready.")
    return Finding("problem", "port", f"A Tandem answers at {where}, and is not ready: {' '.join(wrong)}")
