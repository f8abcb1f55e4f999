"""The demonstration fills an empty database, and no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from connectors.applications.store import HANDED_IN, Applications
from connectors.calls.store import Calls
from connectors.cases.store import Case, list_cases
from connectors.commands import demo
from connectors.errors import NotAllowed
from connectors.settings import Settings
from connectors.staff.accounts import Accounts
from connectors.storage.opening import open_storage
from tests.fakes import EchoAssistant


async def cases_and_calls(settings: Settings) -> tuple[list[Case], int]:
    database, keys = await open_storage(settings)
    try:
        async with database.transaction() as tx:
            calls = await Calls(keys).of_agent(tx, "小陈", 10)
            return await list_cases(tx), len(calls)
    finally:
        await database.close()


async def applications(settings: Settings) -> list[str]:
    database, keys = await open_storage(settings)
    try:
        async with database.transaction() as tx:
            return [one.status for one in await Applications(keys).list(tx, [HANDED_IN], 10)]
    finally:
        await database.close()


async def may_sign_in(settings: Settings, name: str, password: str) -> bool:
    database, _ = await open_storage(settings)
    try:
        async with database.transaction() as tx:
            return await Accounts().sign_in(tx, name, password, 0.0) is not None
    finally:
        await database.close()


def test_demonstration_fills_an_empty_database_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENFA_HOME", str(tmp_path))
    monkeypatch.setattr("connectors.building.load_assistant", lambda _: EchoAssistant())
    demo.demo()
    settings = Settings.read()
    cases, calls = asyncio.run(cases_and_calls(settings))
    assert len(cases) == len(demo.TALKS) + 1
    assert calls == len(demo.CALLS)
    assert asyncio.run(applications(settings)) == ["handed_in"]
    for line in capsys.readouterr().out.splitlines()[1:]:
        name, password = line.split()
        assert asyncio.run(may_sign_in(settings, name, password))
    with pytest.raises(NotAllowed, match="空的库"):
        demo.demo()
