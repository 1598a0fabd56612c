"""What an attacker puts where a name, an id or a value is expected."""

from __future__ import annotations

SQL = (
    "'",
    '"',
    "tasks'; DROP TABLE records; --",
    "' OR '1'='1",
    '" OR ""="',
    "') OR 1=1 --",
    "\\'; DELETE FROM changes; --",
    "1; SELECT pg_sleep(9)",
    "%' UNION SELECT hash FROM keys --",
    "%",
    "_",
    "\\",
    "$$; DROP TABLE grids; $$",
    ":id",
    "%(id)s",
    "?",
    "a\0b",
)

PATHS = (
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "%2e%2e%2fsecret.txt",
    "%252e%252e%252fsecret.txt",
    "..%5csecret.txt",
    "..%255csecret.txt",
    "%c0%ae%c0%ae%c0%afsecret.txt",
    "..%u2215secret.txt",
    "%uff0e%uff0e/secret.txt",
    "....//secret.txt",
    "..;/secret.txt",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "file:%2f%2f%2fetc%2fpasswd",
    "..%00/secret.txt",
    "secret.txt%00.js",
    "C:%5cWindows%5cwin.ini",
    "%5c%5chost%5cshare",
    "~root/.ssh/id_rsa",
)

# Names that mean something to JavaScript, Python or a parser.
NAMES = (
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "__class__",
    "__init__",
    "_schema",
    "$where",
    "$ne",
    "id",
    "version",
    "author",
    "grid",
    "revision",
    "deleted",
    "",
)
