"""A new key takes the place of an old one: everything stays readable, nothing hangs on the old one any more."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from connectors.calls.orders import WorkOrder
from connectors.calls.store import Calls
from connectors.keyring import KeyRing
from connectors.resealing import reseal
from connectors.settings import ROOT, Settings
from connectors.storage.opening import open_storage
from connectors.storage.schema import metadata
from tests.connectors.office import Office

PHONE = "13800138000"
pytestmark = pytest.mark.slow  # each starts processes


def wenfa(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "connectors.cli", "keys", *arguments],
        env={**os.environ, "WENFA_HOME": str(home), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


async def filled(office: Office) -> str:
    """A case with words, a telephone and a note, and a saved call of the same telephone."""
    number = await office.case("老板欠我工资")
    url = f"/api/v1/conversations/{office.key}/contact"
    assert (await office.client.post(url, json={"phone": PHONE})).status == 200
    await office.sign_in("李律师")
    await office.act(number, "note", note="来过两次")
    calls = Calls(office.keys)
    async with office.database.transaction() as tx:
        call = await calls.start(tx, "小陈", time.time())
        await calls.save(tx, await calls.read_file(tx, call.number), "小陈", WorkOrder(phone=PHONE), None, time.time())
    return number


async def all_sealed(office: Office) -> list[bytes]:
    found: list[bytes] = []
    async with office.database.transaction() as tx:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if column.name.endswith("_sealed"):
                    found += [bytes(row[0]) for row in await tx.execute(select(column).where(column.is_not(None)))]
    return found


async def test_after_resealing_the_newest_key_alone_opens_everything(office: Office, tmp_path: Path) -> None:
    number = await filled(office)
    (old,) = (tmp_path / "keys").read_text().split()
    assert wenfa(tmp_path, "new").returncode == 0
    newest, second = (tmp_path / "keys").read_text().split()
    assert second == old
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    both, alone = KeyRing((newest, old)), KeyRing((newest,))
    sealed = await all_sealed(office)
    assert await reseal(office.database, both) == len(sealed) >= 6
    assert await reseal(office.database, both) == 0
    assert all(alone.is_newest(token) for token in await all_sealed(office))
    async with office.database.transaction() as tx:
        earlier, its_cases = await Calls(alone).of_phone(tx, PHONE)
    assert [case.number for case in its_cases] == [number]
    assert len(earlier) == 1


@pytest.mark.parametrize("command", ["new", "drop"])
def test_keys_of_the_settings_are_changed_there(tmp_path: Path, command: str) -> None:
    done = wenfa(tmp_path, command, WENFA_KEYS="A" * 43 + "=")
    assert done.returncode == 2
    assert "WENFA_KEYS" in done.stderr
    assert not (tmp_path / "keys").exists()


async def test_old_key_goes_once_nothing_hangs_on_it(tmp_path: Path) -> None:
    environment = {"WENFA_HOME": str(tmp_path)}
    database, _ = await open_storage(Settings.read(environment))
    await database.close()
    old = (tmp_path / "keys").read_text().strip()
    assert wenfa(tmp_path, "new").returncode == 0
    done = wenfa(tmp_path, "drop")
    assert "停用了 1 个" in done.stderr
    assert len((tmp_path / "keys").read_text().split()) == 1
    assert (tmp_path / "keys.dropped").read_text().split() == [old]
    assert (tmp_path / "keys.dropped").stat().st_mode & 0o077 == 0
