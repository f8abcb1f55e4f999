"""What was said is deleted at its citizen's wish (删除记录): words, state, contact, drafts; not what was handed over.

Of a case remain its number, matter, times and outcome, without the words; an application that was handed in belongs to
the records of whoever decided it. While either is being worked on, nothing is deleted.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.applications.store import DRAFT, ENDED, REFUSED, STATUS_NAMES, WITHDRAWN
from connectors.cases.store import CLOSED, record
from connectors.conversations import ACCEPTED
from connectors.errors import NotAllowed
from connectors.storage.schema import (
    application_events,
    applications,
    attachments,
    calls,
    case_notes,
    cases,
    conversation_files,
    conversation_keys,
    conversations,
    joining_codes,
    messages,
    proposals,
    turns,
    wechat_deliveries,
)
from connectors.storage.schema import (
    drafts as replies,
)

FORGOTTEN = "forgotten"
OVER = frozenset({WITHDRAWN, REFUSED, ENDED})
"""What can no longer change of an application."""
CASE_KEPT = "案件 {number}：留下编号、事由、时间和结果，不含说过的话和电话"
APPLICATION_KEPT = "申请 {number}（{status}）：属于办理机构的档案，要删请向办理机构提出"
CALL_KEPT = "来电记录 {number}：由热线保存，要删请打 12348"


class Forgotten(msgspec.Struct, frozen=True):
    """How many messages are gone, and what remains with its reason, for the citizen."""

    messages: int
    kept: tuple[str, ...]


async def forget(tx: AsyncConnection, conversation_id: str, actor: str, at: float) -> Forgotten:
    """Deletes what was said in a conversation; raises NotAllowed while something is still being worked on."""
    mine = select(cases.c.id, cases.c.number, cases.c.status).where(cases.c.conversation_id == conversation_id)
    own_cases = (await tx.execute(mine)).all()
    c = applications.c
    mine = select(c.id, c.number, c.status).where(c.conversation_id == conversation_id)
    own_applications = (await tx.execute(mine)).all()
    for case in own_cases:
        if case.status != CLOSED:
            raise NotAllowed(f"案件 {case.number} 还没有办结，现在不能删。办结以后再删，或者请工作人员先办结")
    for one in own_applications:
        if one.status not in OVER and one.status != DRAFT:
            raise NotAllowed(f"申请 {one.number} 还在办，现在不能删。不想申请了，先在申请页撤回")
    waiting = turns.c.conversation_id == conversation_id, turns.c.status == ACCEPTED
    if (await tx.execute(select(func.count()).select_from(turns).where(*waiting))).scalar_one():
        raise NotAllowed("还有一句话没有答完，请过一会儿再删")
    drafts = [one.id for one in own_applications if one.status == DRAFT]
    for table in (attachments, application_events):
        await tx.execute(delete(table).where(table.c.application_id.in_(drafts)))
    await tx.execute(delete(applications).where(c.id.in_(drafts)))
    gone = (await tx.execute(delete(messages).where(messages.c.conversation_id == conversation_id))).rowcount
    for table in (turns, conversation_keys, wechat_deliveries, conversation_files, joining_codes):
        await tx.execute(delete(table).where(table.c.conversation_id == conversation_id))
    emptied = {"state_sealed": None, "town": None, "version": conversations.c.version + 1, "updated_at": at}
    await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(**emptied))
    for case in own_cases:
        await tx.execute(update(cases).where(cases.c.id == case.id).values(contact_sealed=None, phone_index=None))
        await record(tx, case.id, FORGOTTEN, actor, at)
    ids = [case.id for case in own_cases]
    for table in (replies, proposals, case_notes):
        await tx.execute(delete(table).where(table.c.case_id.in_(ids)))
    own_calls = (await tx.execute(select(calls.c.number).where(calls.c.case_id.in_(ids)))).scalars().all()
    kept = (
        *(CASE_KEPT.format(number=case.number) for case in own_cases),
        *(
            APPLICATION_KEPT.format(number=one.number, status=STATUS_NAMES[one.status])
            for one in own_applications
            if one.status != DRAFT
        ),
        *(CALL_KEPT.format(number=number) for number in own_calls),
    )
    return Forgotten(int(gone), kept)
