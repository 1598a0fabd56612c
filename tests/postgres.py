"""A PostgreSQL server of the tests' own: made when first asked for, gone when they end."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

_ICU = ("--locale-provider", "icu", "--icu-locale", "en")  # PostgreSQL 15 and later
NAME = "initdb" + (".exe" if os.name == "nt" else "")


def find_binaries() -> Path | None:
    """The folder of PostgreSQL's programs, which most systems do not put on the PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
        folders.insert(0, Path(told.stdout.strip()))
    return next((folder for folder in folders if (folder / NAME).exists()), None)


class Cluster:
    """A server, reached through a socket in its own folder; every database is made anew."""

    def __init__(self, binaries: Path, folder: Path, user: str) -> None:
        self._binaries = binaries
        self._folder = folder
        self._user = user
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """As SQLAlchemy takes it."""
        return f"postgresql+psycopg://{self._user}@/{database}?host={self._folder}"

    def create(self) -> str:
        """The URL of a new, empty database."""
        name = f"tandem_{next(self._numbers)}"
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self._folder), user=self._user, dbname=database, autocommit=True)

    def initialise(self) -> None:
        # a language's order, so that a key which must compare bytewise shows if it does not
        names = ("--username", self._user, "--auth", "trust", "--encoding", "UTF8", "--locale", "C")
        self._run("initdb", *names, *_ICU)

    def start(self) -> None:
        """Return when it takes connections."""
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c max_connections=60"
        self._run("pg_ctl", "--wait", "--log", str(self._folder / "log"), "--options", options, "start")

    def is_running(self) -> bool:
        return (self._folder / "data" / "postmaster.pid").exists()

    def stop(self, mode: str = "immediate") -> None:
        """`fast`: whoever is connected is cut off; `immediate`: as if it had crashed."""
        self._run("pg_ctl", "--wait", "--mode", mode, "stop")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / program, "--pgdata", self._folder / "data", *arguments],
            user=self._user if os.geteuid() == 0 else None,
            group=self._user if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            cwd=self._folder,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            log = self._folder / "log"
            raise RuntimeError(
                f"{program} failed: {done.stdout or ''}{log.read_text() if log.exists() else ''}"
            )


@contextmanager
def running_cluster(binaries: Path) -> Iterator[Cluster]:
    # The server refuses to be root and cannot enter root's folders; a socket's path must be short.
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="tandem-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, user, user)
    folder.chmod(0o755)
    cluster = Cluster(binaries, folder, user)
    try:
        cluster.initialise()
        cluster.start()
        try:
            yield cluster
        finally:
            if cluster.is_running():  # a test may have stopped it
                cluster.stop()
    finally:
        shutil.rmtree(folder)
