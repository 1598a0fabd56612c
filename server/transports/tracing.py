"""Every HTTP request has an id, in its answer and its log lines, and is counted when it ends."""

from __future__ import annotations

import re
import secrets
from time import perf_counter

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from structlog.contextvars import bound_contextvars

from server.config import Settings
from server.tally import Tally

log = structlog.get_logger(__name__)

ID = web.RequestKey("request_id", str)
HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._-]{8,100}")  # of a proxy's, which may have it from a stranger
ID_BYTES = 8
GONE = 499  # of a request that was given up; nobody is sent it
NO_ROUTE = "none"


def setup(app: web.Application, settings: Settings, tally: Tally) -> None:
    """Trace every request of `app`; to be set up before all else that has a middleware."""

    @web.middleware
    async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
        id = request[ID] = _id(request, settings.trusted_proxies)
        began = perf_counter()
        status = GONE
        with bound_contextvars(request=id):
            try:
                response = await handler(request)
                status = response.status
                return response
            except web.HTTPException as problem:
                status = problem.status
                raise
            except Exception:  # a bug of a route that does not answer by itself
                status = 500
                log.exception("http_failed", route=route_of(request))
                if request.writer.output_size:  # of an answer that has begun no other can be made
                    raise
                text = f"The server failed on this request. (Request {id}.)"
                return web.Response(status=status, text=text)
            finally:
                tally.http[_route(request, status)] += 1
                if status >= 500 or settings.log_level == "debug":
                    _tell(request, status, perf_counter() - began)

    async def sign(request: web.Request, response: web.StreamResponse) -> None:
        response.headers[HEADER] = request.get(ID, "")

    app.middlewares.append(trace)
    app.on_response_prepare.append(sign)


def _id(request: web.Request, proxies: int) -> str:
    """A proxy's own, so that its log and ours can be laid side by side; else a new one."""
    given = request.headers.getall(HEADER, []) if proxies else []
    if len(given) == 1 and SANE.fullmatch(given[0]):
        return given[0]
    return secrets.token_hex(ID_BYTES)


def route_of(request: web.Request) -> str:
    """Its route as the table of routes has it."""
    resource = request.match_info.route.resource
    return NO_ROUTE if resource is None else resource.canonical  # neither address nor method is known


def _route(request: web.Request, status: int) -> tuple[str, str, int]:
    """Method and route by the table: a stranger's words would be series without end."""
    route = request.match_info.route
    if route.resource is None:
        return NO_ROUTE, NO_ROUTE, status
    return route.method if route.method != "*" else request.method, route_of(request), status


def _tell(request: web.Request, status: int, seconds: float) -> None:
    """A line for a request, by its route: in an address may stand anything, a key for example. A server that
    is not ready says so at every question, which is its answer and no news."""
    tell = log.warning if status >= 500 and request.path != "/readyz" else log.debug
    ms = round(seconds * 1000, 1)
    tell("http", method=request.method, route=route_of(request), status=status, ms=ms)
