"""Every error of ours has a status, and what only the operator can mend is not told to citizens."""

from __future__ import annotations

import json
import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import connectors.errors
from connectors.errors import SettingError, Starting, StorageUnavailable, TooMany, WenfaError
from connectors.middleware import INTERNAL, STATUS_OF, json_errors, status_of


def tree(kind: type[WenfaError] = WenfaError) -> list[type[WenfaError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


def made(kind: type[WenfaError]) -> WenfaError:
    arguments = {SettingError: ("WENFA_X", "秘密"), TooMany: (3,), StorageUnavailable: ("disk full",)}
    try:
        return kind(*arguments.get(kind, ("话",)))
    except TypeError:
        return kind()


@pytest.mark.parametrize("kind", tree())
def test_error_is_mapped_by_kind_and_drawn_in_the_tree(kind: type[WenfaError]) -> None:
    named = [above for above in kind.__mro__ if above in STATUS_OF]
    assert named[0] is not WenfaError or kind in (WenfaError, SettingError), f"{kind.__name__} has no status"
    assert kind.__name__ in (connectors.errors.__doc__ or "")
    assert status_of(made(kind)) >= 400


def test_error_below_another_has_its_status() -> None:
    class Later(Starting):
        pass

    assert status_of(Later("等")) == 503


@pytest.mark.parametrize("kind", tree())
async def test_error_is_told_in_chinese_and_settings_are_not_told(
    kind: type[WenfaError], caplog: pytest.LogCaptureFixture
) -> None:
    error = made(kind)

    async def fail(_: web.Request) -> web.Response:
        raise error

    app = web.Application(middlewares=[json_errors])
    app.router.add_get("/x/{key}", fail)
    with caplog.at_level(logging.INFO):
        async with TestClient(TestServer(app)) as client:
            answer = await client.get("/x/the-key-of-a-conversation")
            told = json.loads(await answer.text())["error"]["message"]
    assert any("\u4e00" <= character <= "\u9fff" for character in told)
    assert "WENFA" not in told
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("connectors")]
    assert "the-key" not in "".join(ours)
    if answer.status == 500:
        assert "/x/{key}" in "".join(ours)
    if type(error) is SettingError:
        assert told == INTERNAL
    if answer.status in (429, 503):
        assert int(answer.headers["Retry-After"]) >= 1
