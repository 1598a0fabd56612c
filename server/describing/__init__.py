"""The doors described, for people and programs that come from outside: OpenAPI, AsyncAPI, types.

    parts.py       the marshmallow fields that shapes are made of
    shapes.py      grids, records, errors, results
    answers.py     what the server says: answers, problems, announcements
    asked.py       what it is asked, from the shapes that requests are checked by
    schemas.py     both as JSON Schemas
    rest.py        the addresses under /api
    openapi.py     REST, put together
    messages.py    what travels over the plain WebSocket
    asyncapi.py    Socket.IO and the plain WebSocket
    serving.py     the two documents over HTTP

Nothing here is used to serve records. That it is true is tested: whatever the tests' clients hear
from a server is held against it (tests/described.py).
"""
