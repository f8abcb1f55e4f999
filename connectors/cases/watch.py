"""What happens to cases by the clock alone (定时): those whose holder is silent go back to the queue."""

from __future__ import annotations

import asyncio
import logging
import time

from connectors.cases.desk import Desk
from connectors.errors import NotAllowed, WenfaError
from connectors.storage.database import Database

LOOK_S = 30.0
log = logging.getLogger(__name__)


class CaseWatch:
    """Looks again and again until cancelled; of several processes, whichever comes first."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    async def run(self) -> None:
        while True:
            try:
                await self.look(time.time())
            except NotAllowed:
                continue  # somebody moved a case meanwhile: look again
            except Exception as error:
                log.log(logging.ERROR, "case watch failed: %s", error, exc_info=not isinstance(error, WenfaError))
            await asyncio.sleep(LOOK_S)

    async def look(self, now: float) -> int:
        """Takes back what is silent; how many cases that were."""
        async with self._database.transaction() as tx:
            taken = await self._desk.take_back_silent(tx, now)
        if taken:
            log.info("%d cases went back to the queue, their holders were silent", len(taken))
        return len(taken)
