"""A client of Tandem for Python: live replicas of grids, safe writes, every change once. See
docs/PYTHON.md."""

from tandem_client.client import Tandem, connect
from tandem_client.errors import Closed, Conflict, Refused, Result, TandemError, Unanswered
from tandem_client.grid import Grid
from tandem_client.mutations import add, delete, restore, update
from tandem_client.records import Author, Change, Position, Record, Reset, Theirs

__all__ = [
    "Author",
    "Change",
    "Closed",
    "Conflict",
    "Grid",
    "Position",
    "Record",
    "Refused",
    "Reset",
    "Result",
    "Tandem",
    "TandemError",
    "Theirs",
    "Unanswered",
    "add",
    "connect",
    "delete",
    "restore",
    "update",
]
