"""What wraps every request: errors told in Chinese, security headers, nothing of the words in logs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import aiohttp_jinja2
import msgspec
from aiohttp import web

from connectors.errors import (
    BadRequest,
    NotAllowed,
    NotFound,
    NotNow,
    StorageUnavailable,
    TextTooLong,
    TooMany,
    Unreadable,
    WenfaError,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger(__name__)

STATUS_OF: dict[type[WenfaError], int] = {
    TextTooLong: 413,
    BadRequest: 400,
    NotFound: 404,
    NotAllowed: 409,
    TooMany: 429,
    Unreadable: 500,
    NotNow: 503,
    WenfaError: 500,
}
"""By the nearest class above an error; what is not named here is not the citizen's business."""
MESSAGE_OF_STATUS = {
    400: "请求内容不合要求",
    403: "没有权限这样做",
    404: "没有这个地址",
    405: "这个地址不支持这种请求方法",
    413: "内容太长了",
    415: "请求内容应是 application/json",
}
INTERNAL = "系统出了问题，您的话没有丢，请稍后再试。急事请打 12348"
RETRY_AFTER_S = 2
MOST_BYTES = 64 * 1024
"""Of any request."""
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def status_of(error: WenfaError) -> int:
    """The status of the nearest class above an error."""
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


@dataclass(frozen=True, slots=True)
class Told:
    """An error as its reader may see it."""

    status: int
    code: str
    message: str
    retry_after_s: int = RETRY_AFTER_S


@web.middleware
async def json_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors as `{"error": {"code", "message"}}`."""
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - `told` logs what is not foreseen
        return _as_json(told(request, error))


@web.middleware
async def page_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors as the template error.html of the application."""
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - `told` logs what is not foreseen
        found = told(request, error)
        page: web.Response = aiohttp_jinja2.render_template(
            "error.html", request, {"message": found.message}, status=found.status
        )
        return page


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes anything must come from a page of ours; a browser says where it comes from."""
    if request.method not in ("GET", "HEAD"):
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        origin = request.headers.get("Origin")
        if site != "same-origin" or (origin and urlsplit(origin).netloc != request.host):
            raise web.HTTPForbidden
    return await handler(request)


def as_file(name: str, media_type: str, content: bytes) -> web.Response:
    """A citizen's file: a picture is shown, anything else is for saving; nothing in it is run."""
    shown = "inline" if media_type.startswith("image/") else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
    }
    return web.Response(body=content, content_type=media_type, headers=headers)


def told(request: web.Request, error: Exception) -> Told:
    """Domain errors by their kind; anything unforeseen is 500, logged without the words or the conversation's key.

    What only the operator can mend is logged and said neutrally. A redirection is no error and is raised again.
    """
    if isinstance(error, WenfaError):
        return _of_ours(request, error)
    if isinstance(error, web.HTTPException):
        if error.status < 400:
            raise error
        return Told(error.status, "http", MESSAGE_OF_STATUS.get(error.status, error.reason))
    log.error("request failed: %s", _route(request), exc_info=error)
    return Told(500, "internal", INTERNAL)


def _of_ours(request: web.Request, error: WenfaError) -> Told:
    status = status_of(error)
    if isinstance(error, StorageUnavailable):
        log.error("storage: %s (%s)", error.detail, _route(request))
    if isinstance(error, TooMany):
        return Told(status, error.code, str(error), error.retry_after_s)
    if status == 500:
        log.error("request failed: %s: %s", _route(request), error, exc_info=error)
        return Told(500, error.code, str(error) if isinstance(error, Unreadable) else INTERNAL)
    return Told(status, error.code, str(error))


def _as_json(error: Told) -> web.Response:
    headers = {"Retry-After": str(error.retry_after_s)} if error.status in (429, 503) else {}
    body = msgspec.json.encode({"error": {"code": error.code, "message": error.message}})
    return web.Response(
        body=body, status=error.status, content_type="application/json", charset="utf-8", headers=headers
    )


def _route(request: web.Request) -> str:
    """The route as written in the code: a path may hold the key of a conversation."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else '(no route)'}"


def unparsed(
    _: web.RequestHandler,
    request: web.BaseRequest,
    status: int = 500,
    exc: BaseException | None = None,
    message: str | None = None,
) -> web.StreamResponse:
    """Stands for aiohttp's `handle_error`, which echoes a line that is no HTTP, without our headers."""
    if request.writer.output_size > 0:
        raise ConnectionError("an answer is under way already")
    if status >= 500:
        log.error("request failed before it was read", exc_info=exc)
    answer = _as_json(Told(status, "http", MESSAGE_OF_STATUS.get(status, INTERNAL)))
    answer.headers.update(SECURITY_HEADERS)
    answer.force_close()
    return answer


async def add_security_headers(_: web.Request, response: web.StreamResponse) -> None:
    """on_response_prepare signal."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
