"""The wire's types for the web client, webapp/src/protocol.ts, made of the server's shapes.

python -m scripts.typescript           write them
python -m scripts.typescript --check   fail where the file is not what would be written
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from server.describing.answers import ANNOUNCEMENTS, ANSWERS, Access, GridKey
from server.describing.asked import PAYLOADS
from server.describing.schemas import REF, Described, Describer
from server.fields import TYPES
from server.model import PROTOCOL

WEBAPP = Path(__file__).parent.parent / "webapp"
TARGET = WEBAPP / "src" / "protocol.ts"
PRETTIER = ["node", "node_modules/prettier/bin/prettier.cjs", "--stdin-filepath", "src/protocol.ts"]

HEAD = f"""\
/**
 * The wire, version {PROTOCOL}, as TypeScript. `make fix` makes it of the server's shapes: edit those.
 * docs/PROTOCOL.md tells what it means. Nothing in this file runs but three constants.
 */

export const PROTOCOL = {PROTOCOL};

export type Json = null | boolean | number | string | readonly Json[] | {{ readonly [key: string]: Json }};

export const FIELD_TYPES = {json.dumps(list(TYPES))} as const;

export const ANNOUNCEMENTS = {json.dumps(list(ANNOUNCEMENTS))} as const;
"""
TAIL = """\
export type MutationType = Mutation["type"];
export type RequestName = keyof Requests;
export type Payload<E extends RequestName> = Requests[E]["payload"];
export type Answer<E extends RequestName> = Requests[E]["answer"];
export type AnnouncementName = keyof Announcements;
"""
# What is told otherwise than by its schema.
OWN = {
    "FieldType": "(typeof FIELD_TYPES)[number]",
    "Fields": "Readonly<Record<string, Json>>",
}
NARROWED = {"Mutation": "& { readonly id: string }"}  # the client says the id of what it adds, too
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def typescript() -> str:
    """The file, as the formatter leaves it."""
    describer = Describer("")
    names = {shape: _name(describer.ref(shape)) for shape in (*PAYLOADS.values(), *ANSWERS.values())}
    told = {event: _name(describer.ref(shape)) for event, shape in ANNOUNCEMENTS.items()}
    describer.ref(Access)
    describer.ref(GridKey)
    parts = [HEAD, *(_declared(name, schema) for name, schema in describer.components().items())]
    requests = (
        f"{event}: {{ payload: {names[payload]}; answer: {names[ANSWERS[event]]} }};"
        for event, payload in PAYLOADS.items()
    )
    announcements = (f"{event}: {name};" for event, name in told.items())
    parts += [
        _commented("Every request: its payload, and what its acknowledgement carries besides `ok: true`.")
        + f"export interface Requests {{ {' '.join(requests)} }}\n",
        _commented("What the server announces to a room.")
        + f"export interface Announcements {{ {' '.join(announcements)} }}\n",
        TAIL,
    ]
    text = "\n".join(parts)
    return subprocess.run(
        PRETTIER, cwd=WEBAPP, input=text, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _name(ref: Described) -> str:
    return str(ref["$ref"]).removeprefix(REF)


def _declared(name: str, schema: Described) -> str:
    about = _commented(schema.get("description", ""))
    if name in OWN:
        return f"{about}export type {name} = {OWN[name]};\n"
    if schema.get("properties", {}).keys() - {"ok"}:
        return f"{about}export interface {name} {_object(schema)}\n"
    return f"{about}export type {name} = {_bracketed(schema, name)};\n"


def _bracketed(schema: Described, name: str) -> str:
    return f"({_type(schema)}) {NARROWED[name]}" if name in NARROWED else _type(schema)


def _commented(about: str) -> str:
    return f"/** {about} */\n" if about else ""


def _type(schema: Described) -> str:
    match schema:
        case {"$ref": _}:
            return _name(schema)
        case {"const": value}:
            return json.dumps(value)
        case {"enum": list(values)}:
            return " | ".join(map(json.dumps, values))
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            return " | ".join(map(_type, options))
        case {"type": list(types)}:
            return " | ".join(_type({**schema, "type": each}) for each in types)
        case {"prefixItems": list(places)}:
            named = (f"{place['title']}: {_type(place)}" for place in places)
            return f"readonly [{', '.join(named)}]"
        case {"items": item}:
            return f"readonly ({_type(item)})[]"
        case {"additionalProperties": dict(value)}:
            return f"Readonly<Record<string, {_type(value)}>>"
        case {"properties": dict()}:
            return _object(schema)
        case {"type": str(plain)}:
            return PLAIN[plain]
    return "Json"


def _object(schema: Described) -> str:
    """Whoever holds an answer has looked at its `ok`."""
    if lines := list(_properties(schema)):
        return f"{{\n{''.join(lines)}}}"
    return "Record<never, never>" if "ok" in schema["properties"] else "Record<string, never>"


def _properties(schema: Described) -> Iterator[str]:
    for name, value in schema["properties"].items():
        if name != "ok":
            optional = "" if name in schema.get("required", ()) else "?"
            about = _commented(value.get("description", ""))
            yield f"{about}readonly {name}{optional}: {_type(value)};\n"


def main(arguments: list[str]) -> int:
    made = typescript()
    if arguments != ["--check"]:
        TARGET.write_text(made)
    elif TARGET.read_text() != made:
        print(f"{TARGET.relative_to(WEBAPP.parent)} is not what the server's shapes say. Run: make fix")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
