"""`wenfa demo`: staff, conversations, cases and calls to look at, in an empty database."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from connectors.core import Core
    from connectors.turns import Replies

STAFF = (("王律师", "adviser"), ("小陈", "agent"), ("小林", "officer"), ("陈主任", "supervisor"))
PERSON_PLEASE = "转人工"
TALKS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("我在小榄一家五金厂上班，老板拖欠我三个月工资一万二，没签合同", "我有打卡记录，厂还在开着", PERSON_PLEASE),
        "13800138000",
    ),
    (("老公现在又在打我，我和孩子躲在房间里", PERSON_PLEASE), "13800138001"),
    (("租的房子到期了，房东说墙脏了不退两千押金", "合同上没写墙的事", PERSON_PLEASE), ""),
    (("我妈被人拉去听讲座，花一万八买了保健品，想退", PERSON_PLEASE), "13800138002"),
    (("離婚之後佢唔俾撫養費，我可以點做", PERSON_PLEASE), "13800138003"),
    (("下班骑车被小车撞了，算工伤吗，怎么申请", "厂里说不给报", PERSON_PLEASE), "13800138004"),
)
"""What citizens say, each with the telephone left, if any."""
CALLS = (
    ("阿姨七十二岁，儿子不给赡养费，自己在三乡住，腿脚不便，想问怎么起诉", "answered"),
    ("姓黄，工地上包工头跑了，十几个人的工钱没结，电话13800138000", "adviser"),
)
"""What callers say, and how the call ended."""


APPLIES = {
    "matter": "pay",
    "story": "在小榄一家五金厂上班，老板拖欠三个月工资一万二，没签合同",
    "stage": "not_begun",
    "place": "xiaolan",
    "represented": "no",
    "group": "migrant",
    "for_whom": "self",
    "name": "李四",
    "paper": "resident",
    "paper_number": "442000199003072515",
    "phone": "13800138000",
    "address": "小榄镇",
}
"""What the first citizen writes into the application for legal aid; the identity number is made up."""


def demo() -> None:
    """在空的数据库里放进演示用的账号、对话、案件、来电和申请，再用 wenfa serve 看。"""
    import asyncio

    from connectors.building import load_assistant
    from connectors.core import open_core
    from connectors.settings import Settings

    settings = Settings.read()

    async def run() -> list[tuple[str, str]]:
        core = await open_core(settings)
        try:
            await _must_be_empty(core)
            assistant = load_assistant(settings)
            accounts = await _hire(core)
            conversations = [await _talk(core, assistant, said, phone) for said, phone in TALKS]
            await _apply(core, conversations[0])
            for heard, outcome in CALLS:
                await _call(core, assistant, heard, outcome)
            assistant.close()
            return accounts
        finally:
            await core.database.close()

    accounts = asyncio.run(run())
    typer.echo(
        f"演示数据放好了：{len(TALKS)} 段对话、{len(CALLS)} 通来电、1 份申请。现在 wenfa serve，打开 /desk 登录："
    )
    for name, password in accounts:
        typer.echo(f"  {name}  {password}")


async def _must_be_empty(core: Core) -> None:
    """Raises NotAllowed where somebody has spoken already: what is made up is not mixed with what is true."""
    from sqlalchemy import select

    from connectors.errors import NotAllowed
    from connectors.storage.schema import conversations, staff

    async with core.database.transaction() as tx:
        for table in (conversations, staff):
            if (await tx.execute(select(table.c.id).limit(1))).first():
                raise NotAllowed(
                    "这里已经有真的数据，不掺演示的；请把 WENFA_DATABASE_URL 指到一个空的库，例如 sqlite+aiosqlite:////tmp/demo.db"
                )


async def _hire(core: Core) -> list[tuple[str, str]]:
    """Names with their passwords, made anew each time."""
    accounts = [(name, secrets.token_urlsafe(9)) for name, _ in STAFF]
    for (name, role), (_, password) in zip(STAFF, accounts, strict=True):
        async with core.database.transaction() as tx:
            await core.accounts.add(tx, name, role, password, time.time())
    return accounts


async def _talk(core: Core, assistant: Replies, said: tuple[str, ...], phone: str) -> str:
    """The conversation's id."""
    from connectors.cases.contacts import Contact
    from connectors.conversations import Turn, conversation_id

    conversation = conversation_id(secrets.token_urlsafe(18))
    for i, text in enumerate(said):
        await core.turns.handle(Turn("web", conversation, f"m{i}", text, time.time()), assistant)
    if phone:
        async with core.database.transaction() as tx:
            await core.desk.leave_contact(tx, conversation, Contact.of(phone, ""), time.time())
    return conversation


async def _apply(core: Core, conversation: str) -> None:
    async with core.database.transaction() as tx:
        application = await core.applications.begin(tx, conversation, "legal_aid", time.time())
        await core.applications.hand_in(tx, application, APPLIES, time.time())


async def _call(core: Core, assistant: Replies, heard: str, outcome: str) -> None:
    from connectors.calls.orders import WorkOrder
    from knowledge.clock import local_day

    agent, at = STAFF[1][0], time.time()
    found = await assistant.suggest(heard, local_day(at))
    phone = next((fact.words for fact in found.facts if fact.kind == "phone"), "")
    matter = found.entries[0].matter if found.entries else ""
    order = WorkOrder(phone=phone, matter=matter, told=found.answer.lead if found.answer else "", outcome=outcome)
    async with core.database.transaction() as tx:
        call = await core.calls.start(tx, agent, at)
        await core.calls.keep(tx, call, agent, heard, order)
        await core.calls.shown(tx, call, found.entries, at)
        file = await core.calls.read_file(tx, call.number)
        await core.calls.save(tx, file, agent, order, found.danger, at)
