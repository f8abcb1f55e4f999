"""The work on applications: begun from a conversation, handed in, told to the receiver, and the citizen told of all.

What happens to an application is said in its conversation, so that it is seen on every channel.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.wording import Wording
from connectors.applications.attachments import Attachment, Attachments
from connectors.applications.documents import document, name_of
from connectors.applications.logic import LEGAL_AID, Logic, lines, logic_of
from connectors.applications.store import (
    ASSIGNED,
    DRAFT,
    ENDED,
    GRANTED,
    HANDED_IN,
    PAPERS_WANTED,
    RECEIVED,
    REFUSED,
    STATUS_NAMES,
    WITHDRAWN,
    Application,
    Applications,
)
from connectors.conversations import CITIZEN, SYSTEM, ConversationStore
from connectors.keyring import KeyRing
from connectors.outbox import Letter, post
from connectors.receivers import Receivers
from connectors.sealed_links import open_link, seal_link
from knowledge.clock import local_day
from knowledge.forms import Form, Values, read_forms
from knowledge.legal_aid import read_table
from knowledge.library import KNOWLEDGE_FOLDER, read_domains
from knowledge.records import City, Domain, domain_of
from knowledge.towns import town_named
from nlu.signals import signal

HANDED_IN_TOPIC = "application.handed_in"
WITHDRAWN_TOPIC = "application.withdrawn"
SCHEMA = "wenfa.application/1"
LINK_S = 7 * 86400.0
PREFIX = "/forms"
AGAIN = "请回到对话里再说一次要申请什么，会给您一个新的链接，填过的都在"
OVER = (WITHDRAWN, ENDED)
"""After these somebody may apply again."""
LEAST_STORY = 6
"""Characters of what is worth being taken over as part of the story."""


class Linked(msgspec.Struct, frozen=True):
    """What a link to a form carries."""

    nonce: str


class ApplicationDesk:
    """Every method takes the caller's transaction."""

    def __init__(
        self, keys: KeyRing, city: City, wording: Wording, templates: Path, receivers: Receivers, public_url: str | None
    ) -> None:
        self.store = Applications(keys)
        self.attachments = Attachments(keys)
        self._keys = keys
        self._conversations = ConversationStore(keys)
        self._city = city
        self._wording = wording
        self._templates = templates
        self._public_url = public_url
        self._receivers = receivers

    def form(self, form_id: str) -> Form:
        return read_forms()[form_id]

    def logic(self, form: Form) -> Logic:
        return logic_of(form, self._city)

    async def begin(self, tx: AsyncConnection, conversation_id: str, form_id: str, at: float) -> Application:
        """The conversation's application by this form; a new one with what was said filled in, where there is none or
        the last is over.
        """
        known = await self.store.latest(tx, conversation_id, form_id)
        if known and known.status not in (DRAFT, *OVER):
            return await self.store.renew_link(tx, known, at)
        form = self.form(form_id)
        matter = await self._conversations.last_matter(tx, conversation_id)
        answers = await self._said_already(tx, conversation_id, form, matter)
        return await self.store.begin(tx, conversation_id, (form.id, form.version), matter, answers, local_day(at), at)

    def link(self, application: Application, channel_has_pages: bool) -> str | None:
        """The address that opens an application; None where a channel needs a public one and there is none."""
        if not channel_has_pages and not self._public_url:
            return None
        sealed = seal_link(self._keys, Linked(application.nonce), LINK_S)
        return f"{'' if channel_has_pages else self._public_url}{PREFIX}/{application.key}/open/{sealed}"

    async def open(self, tx: AsyncConnection, key: str, token: str, at: float) -> str:
        """The cookie for the browser that opens a link first; raises NotFound."""
        return await self.store.open(tx, key, open_link(self._keys, token, Linked, AGAIN).nonce, at)

    async def hand_in(self, tx: AsyncConnection, application: Application, answers: Values, at: float) -> Application:
        """Kept for the receiver, announced to its system, and the citizen is told the number; raises NotAllowed."""
        logic, today = self.logic(self.form(application.form)), local_day(at)
        assessment = logic.assessment(answers, today)
        receiver = self._receivers.of(application.form, {**answers, **logic.derived(answers, today)})
        to, urgent = receiver.id if receiver else None, bool(assessment and assessment.urgent)
        handed_in = await self.store.hand_in(tx, application, answers, urgent=urgent, receiver=to, at=at)
        if receiver:
            record = self.as_sent(handed_in, await self.attachments.of(tx, handed_in))
            await self._post(tx, HANDED_IN_TOPIC, handed_in, record, at)
        await self._tell(tx, handed_in, HANDED_IN, at)
        return handed_in

    async def withdraw(self, tx: AsyncConnection, application: Application, at: float) -> bool:
        """The citizen no longer wants it; the receiver is told. Whether that was still possible."""
        if not await self.store.withdraw(tx, application, at):
            return False
        if application.receiver:
            record = {"schema": SCHEMA, "number": application.number, "form": application.form, "at": at}
            await self._post(tx, WITHDRAWN_TOPIC, application, record, at)
        await self._tell(tx, application, WITHDRAWN, at)
        return True

    async def standing(
        self, tx: AsyncConnection, number: str, status: str, actor: str, at: float, **more: Any
    ) -> Application:
        """What was made of it; the citizen is told where it is news. Raises NotFound."""
        application = await self.store.find(tx, number)
        if await self.store.standing(tx, application, status, actor, at, **more):
            application = await self.store.find(tx, number)
            await self._tell(tx, application, status, at, more.get("note", ""))
        return application

    def as_sent(self, application: Application, files: Sequence[Attachment]) -> dict[str, Any]:
        """An application in our published schema (docs/intake.md): what any receiver's mapping starts from."""
        form = self.form(application.form)
        logic, answers = self.logic(form), application.answers
        today = local_day(application.handed_in_at or application.created_at)
        values, assessment = answers | logic.derived(answers, today), logic.assessment(answers, today)
        return {
            "schema": SCHEMA,
            "number": application.number,
            "form": form.id,
            "form_version": application.form_version,
            "handed_in_at": application.handed_in_at,
            "urgent": application.urgent,
            "matter": application.matter,
            "answers": answers,
            "labels": {label: answer for _, said in lines(form, logic, values) for label, answer in said},
            "assessment": msgspec.to_builtins(assessment) if assessment else None,
            "reckoned": logic.sums(answers),
            "papers": logic.papers(answers),
            "attachments": [
                {"id": one.id, "name": one.name, "media_type": one.media_type, "size": one.size, "sha256": one.sha256}
                for one in files
            ],
        }

    async def _post(
        self, tx: AsyncConnection, topic: str, application: Application, record: dict[str, Any], at: float
    ) -> None:
        letter = Letter(topic, f"{topic}:{application.number}", {"receiver": application.receiver, "record": record})
        await post(tx, self._keys, letter, at)

    def document(self, application: Application) -> tuple[str, bytes]:
        """Name and content of an application as a Word file; takes a tenth of a second."""
        form, today = self.form(application.form), local_day(time.time())
        logic = self.logic(form)
        values = application.answers | logic.derived(application.answers, today)
        return name_of(form), document(logic, values, application.number, today, self._templates)

    async def _tell(
        self, tx: AsyncConnection, application: Application, status: str, at: float, note: str = ""
    ) -> None:
        receipt = f"，对方编号 {application.receipt}" if application.receipt else ""
        form = self.form(application.form)
        places = {"name": form.name, "number": application.number, "note": note, "receipt": receipt}
        own = form.told.get(status)
        text = own.format(**places) if own else self._wording.say(TOLD[status], **places)
        await self._conversations.say(tx, application.conversation_id, SYSTEM, text.strip(), at)

    async def _said_already(
        self, tx: AsyncConnection, conversation_id: str, form: Form, matter: str | None
    ) -> dict[str, str]:
        """What the conversation tells of the form's first page; the citizen puts it right."""
        said = [m.text for m in await self._conversations.messages_of(tx, conversation_id) if m.author == CITIZEN]
        told = [text for text in said if signal(text) is None and len(text) >= LEAST_STORY]
        story = next(field for step in form.steps for field in step.fields if field.id == "story")
        answers = {"story": "\n".join(told)[: story.most]} if told else {}
        town = town_named("\n".join(said), self._city)
        if town:
            answers["place"] = town.id
        last = await self.store.latest(tx, conversation_id)
        if last and last.handed_in_at and any(field.id == "number" for field in form.fields):
            answers["number"] = last.number
        if form.id == LEGAL_AID and (kind := aid_matter_of(matter)):
            answers["matter"] = kind
        return answers


def aid_matter_of(matter_id: str | None) -> str | None:
    """The kind of legal aid that a matter of the taxonomy is."""
    if not matter_id:
        return None
    domain = _domains().get(domain_of(matter_id))
    matter = next((one for one in domain.matters if one.id == matter_id), None) if domain else None
    kind = read_table().matter_of(matter, domain_of(matter_id))
    return kind.id if kind else None


@cache
def _domains() -> dict[str, Domain]:
    return {domain.domain: domain for _, domain in read_domains(KNOWLEDGE_FOLDER)}


TOLD: Mapping[str, str] = {
    HANDED_IN: "told_handed_in",
    RECEIVED: "told_received",
    PAPERS_WANTED: "told_papers_wanted",
    GRANTED: "told_granted",
    REFUSED: "told_refused",
    ASSIGNED: "told_assigned",
    WITHDRAWN: "told_withdrawn",
    ENDED: "told_ended",
}
"""What the citizen is told when an application comes to stand so."""


def standing_of(application: Application, form: Form, wording: Wording) -> str:
    """How an application stands, for its citizen."""
    places = {"name": form.name, "number": application.number, "status": status_name(form, application.status)}
    return wording.say("application_standing", note=form.standing.get(application.status, ""), **places)


def status_name(form: Form, status: str) -> str:
    """A standing in the words of the form, where it has its own."""
    return form.statuses.get(status, STATUS_NAMES[status])
