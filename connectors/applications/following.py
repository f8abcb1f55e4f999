"""What a wish to apply brings about (申请的后续): a draft with a link, or how the one handed in stands."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outcomes import Reply
from bot.wording import Wording
from connectors.applications.desk import ApplicationDesk, standing_of, status_name
from connectors.applications.store import DRAFT, Application
from connectors.conversations import Turn
from connectors.turns import FollowUp

PAGES = frozenset({"web"})
"""Channels whose citizens read our own pages, so that a link needs no address in front."""


class ApplicationFollowUp:
    """Follows up wishes to apply and questions about an application; everything else is `others`' to follow."""

    def __init__(self, desk: ApplicationDesk, wording: Wording, others: FollowUp) -> None:
        self._desk = desk
        self._wording = wording
        self._others = others

    async def follow(self, tx: AsyncConnection, turn: Turn, reply: Reply, holder: str, at: float) -> Reply:
        if reply.form:
            return await self._linked(tx, turn, reply, reply.form, at)
        if reply.asks_about_case and "申请" in turn.text:
            application = await self._desk.store.latest(tx, turn.conversation_id)
            if application:
                return replace(reply, text=standing_of(application, self._desk.form(application.form), self._wording))
        return await self._others.follow(tx, turn, reply, holder, at)

    async def _linked(self, tx: AsyncConnection, turn: Turn, reply: Reply, form: str, at: float) -> Reply:
        known = await self._desk.store.latest(tx, turn.conversation_id, form)
        application = await self._desk.begin(tx, turn.conversation_id, form, at)
        link = self._desk.link(application, turn.channel in PAGES)
        if link is None:
            return reply
        return replace(reply, text=self._words(application, known), link=link)

    def _words(self, application: Application, known: Application | None) -> str:
        form = self._desk.form(application.form)
        if known is None or known.id != application.id:
            key = "write_link" if form.draft else "apply_link"
            return self._wording.say(key, name=form.name)
        key = "apply_again" if application.status == DRAFT else "apply_handed_in"
        status = status_name(form, application.status)
        return self._wording.say(key, name=form.name, number=application.number, status=status)
