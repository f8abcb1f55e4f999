"""What wraps every request: errors to JSON in Chinese, security headers, nothing of the words in logs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from connectors.errors import BadRequest, Busy, NotAllowed, NotFound, Starting, TextTooLong, WenfaError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger(__name__)

STATUS_OF: dict[type[WenfaError], int] = {
    TextTooLong: 413,
    BadRequest: 400,
    NotFound: 404,
    NotAllowed: 409,
    Starting: 503,
    Busy: 503,
}
MESSAGE_OF_STATUS = {
    404: "没有这个地址",
    405: "这个地址不支持这种请求方法",
    413: "内容太长了",
}
RETRY_AFTER_S = 2
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def error_response(status: int, code: str, message: str) -> web.Response:
    """`{"error": {"code", "message"}}`."""
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    body = msgspec.json.encode({"error": {"code": code, "message": message}})
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8", headers=headers)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Domain errors to their status; anything unforeseen to 500, logged without the words."""
    try:
        return await handler(request)
    except WenfaError as error:
        return error_response(STATUS_OF.get(type(error), 500), error.code, str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return error_response(error.status, "http", MESSAGE_OF_STATUS.get(error.status, error.reason))
    except Exception:
        log.exception("request failed: %s %s", request.method, request.path)
        return error_response(500, "internal", "系统出了问题，您的话没有丢，请稍后再试")


async def add_security_headers(_: web.Request, response: web.StreamResponse) -> None:
    """on_response_prepare signal."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
