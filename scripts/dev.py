"""Runs `python -m server` and Vite side by side until Ctrl-C, or until Vite ends; both stop together.

The server is started again whenever a Python file below server/ changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import watchfiles

SERVER = [sys.executable, "-m", "server"]
VITE = ["npm", "run", "--silent", "dev"]
PROXIED = {"TANDEM_SERVER": f"http://127.0.0.1:{os.environ.get('PORT', '8080')}"}
GRACE = 12.0  # seconds; the server's own clean stop takes 10 at most


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tell_the_end(process: subprocess.Popen[bytes], ended: threading.Event) -> None:
    process.wait()
    ended.set()


def main() -> int:
    vite = subprocess.Popen(VITE, cwd="webapp", env=os.environ | PROXIED)
    vite_ended = threading.Event()
    threading.Thread(target=tell_the_end, args=(vite, vite_ended), daemon=True).start()
    server = subprocess.Popen(SERVER)
    try:
        for _ in watchfiles.watch("server", watch_filter=watchfiles.PythonFilter(), stop_event=vite_ended):
            stop(server)
            server = subprocess.Popen(SERVER)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(server)
        stop(vite)
    return vite.returncode


if __name__ == "__main__":
    sys.exit(main())
