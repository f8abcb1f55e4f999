"""A service with its database, and people who sign in to it."""

from __future__ import annotations

import secrets
import time
from typing import Any

from aiohttp.test_utils import TestClient

from bot.wording import Wording
from connectors.keyring import KeyRing
from connectors.staff.accounts import Accounts
from connectors.storage.database import Database

Client = TestClient[Any, Any]
PASSWORD = "correct horse battery"  # noqa: S105 - of tests
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


class Office:
    """A service, its database, and people who sign in to it."""

    def __init__(self, client: Client, database: Database, keys: KeyRing) -> None:
        self.client = client
        self.database = database
        self.keys = keys
        self.key = secrets.token_urlsafe(18)
        self.wording = Wording.read()

    async def hire(self, name: str, role: str) -> None:
        async with self.database.transaction() as tx:
            await Accounts().add(tx, name, role, PASSWORD, time.time())

    async def sign_in(self, name: str, password: str = PASSWORD) -> int:
        self.client.session.cookie_jar.clear()
        form = {"name": name, "password": password}
        return (await self.client.post("/desk/sign-in", data=form, allow_redirects=False)).status

    async def say(self, text: str, key: str = "") -> dict[str, Any]:
        turn = {"conversation": key or self.key, "message_id": secrets.token_hex(8), "text": text}
        reply: dict[str, Any] = (await (await self.client.post("/api/v1/turns", json=turn)).json())["reply"]
        return reply

    async def case(self, *words: str) -> str:
        """A citizen who said so and asked for a person: the case's number."""
        for text in words:
            await self.say(text)
        return str((await self.say("转人工"))["case_number"])

    async def page(self, path: str) -> str:
        answer = await self.client.get(path)
        assert answer.status == 200, (path, answer.status)
        return str(await answer.text())

    async def act(self, number: str, act: str, **form: str) -> tuple[int, str]:
        answer = await self.client.post(f"/desk/cases/{number}/{act}", data=form)
        return answer.status, await answer.text()

    async def heard(self) -> list[str]:
        """What the citizen's page shows."""
        history = await (await self.client.get(f"/api/v1/conversations/{self.key}")).json()
        return [message["text"] for message in history["messages"]]
