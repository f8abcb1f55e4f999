"""A turn is answered once, in order, and never lost."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import select

from bot.wording import Wording
from connectors.cases import desk
from connectors.cases.store import find_case, list_cases
from connectors.conversations import ConversationStore, Turn
from connectors.errors import NotAllowed
from connectors.keyring import KeyRing
from connectors.storage.database import Database
from connectors.storage.schema import cases, conversations, outbox, turns
from connectors.turns import TurnService
from knowledge.library import read_city
from tests.fakes import EchoAssistant

CONVERSATION = "c" * 24


@pytest.fixture
def service(database: Database, keys: KeyRing) -> TurnService:
    city = read_city("zhongshan")
    assert city
    return TurnService(database, keys, city, Wording.read(), announce_cases=True)


def said(text: str, message_id: str = "m1", conversation: str = CONVERSATION) -> Turn:
    return Turn("web", conversation, message_id, text, time.time())


async def test_same_message_twice_is_answered_from_memory(service: TurnService) -> None:
    assistant = EchoAssistant()
    first = await service.handle(said("欠薪"), assistant)
    second = await service.handle(said("欠薪"), assistant)
    assert first == second
    assert len(assistant.asked) == 1


async def test_same_message_twice_at_once_is_answered_once(service: TurnService) -> None:
    assistant = EchoAssistant(pause_s=0.05)
    first, second = await asyncio.gather(
        service.handle(said("欠薪"), assistant), service.handle(said("欠薪"), assistant)
    )
    assert first == second
    assert len(assistant.asked) == 1


async def test_turns_of_one_conversation_build_on_each_other(service: TurnService) -> None:
    assistant = EchoAssistant(pause_s=0.01)
    replies = await asyncio.gather(*(service.handle(said("又", f"m{i}"), assistant) for i in range(6)))
    assert sorted(reply.text for reply in replies) == [f"{i}：又" for i in range(1, 7)]


async def test_two_processes_on_one_conversation_lose_no_turn(
    database_url: str, keys: KeyRing, service: TurnService
) -> None:
    """Two services share nothing but the database."""
    city = read_city("zhongshan")
    assert city
    other_database = await Database.open(database_url)
    other = TurnService(other_database, keys, city, Wording.read(), announce_cases=False)
    assistant = EchoAssistant(pause_s=0.02)
    jobs = [(service if i % 2 else other).handle(said("又", f"m{i}"), assistant) for i in range(4)]
    replies = await asyncio.gather(*jobs)
    await other_database.close()
    assert sorted(reply.text for reply in replies) == [f"{i}：又" for i in range(1, 5)]


async def test_turn_accepted_and_not_done_runs_again_at_start(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    with pytest.raises(RuntimeError):
        await service.handle(said("出错"), EchoAssistant())
    store = ConversationStore(keys)
    async with database.transaction() as tx:
        assert len(await store.unfinished(tx)) == 1

    class Mended(EchoAssistant):
        async def reply(self, question, state):  # type: ignore[no-untyped-def]
            return await super().reply(type(question)(question.conversation_id, "好了", question.today), state)

    assert await service.recover(Mended()) == 1
    async with database.transaction() as tx:
        assert await store.unfinished(tx) == []
        done = await store.turns_of(tx, CONVERSATION)
    assert [(turn.turn.text, turn.reply.text if turn.reply else None) for turn in done] == [("出错", "1：好了")]


async def test_failed_turn_leaves_no_trace_of_a_reply(service: TurnService, database: Database) -> None:
    with pytest.raises(RuntimeError):
        await service.handle(said("出错"), EchoAssistant())
    async with database.transaction() as tx:
        row = (await tx.execute(select(conversations.c.version, conversations.c.state_sealed))).one()
    assert row == (0, None)


async def test_asking_for_a_person_opens_one_case_with_the_whole_conversation(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    assistant = EchoAssistant()
    await service.handle(said("老板欠我三个月工资"), assistant)
    reply = await service.handle(said("转人工", "m2"), assistant)
    again = await service.handle(said("转人工", "m3"), assistant)
    assert reply.case_number
    assert reply.case_number in reply.text
    assert again.case_number == reply.case_number
    async with database.transaction() as tx:
        file = await desk.read_file(tx, ConversationStore(keys), reply.case_number)
        letters = (await tx.execute(select(outbox.c.dedupe_key))).scalars().all()
    assert file.case.matter == "labour.unpaid_wages"
    assert [turn.turn.text for turn in file.turns] == ["老板欠我三个月工资", "转人工", "转人工"]
    assert letters == [f"case.opened:{reply.case_number}"]


async def test_bot_is_silent_while_a_person_holds_the_case(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    assistant, store = EchoAssistant(), ConversationStore(keys)
    number = (await service.handle(said("转人工"), assistant)).case_number
    assert number
    async with database.transaction() as tx:
        await desk.claim(tx, store, number, "lawyer", time.time())
    held = await service.handle(said("还有一件事", "m2"), assistant)
    assert len(assistant.asked) == 1
    assert number in held.text
    async with database.transaction() as tx:
        await desk.close(tx, store, number, "lawyer", time.time())
    freed = await service.handle(said("再问一句", "m3"), assistant)
    assert freed.text == "2：再问一句"


async def test_case_is_claimed_by_one_person_only(service: TurnService, database: Database, keys: KeyRing) -> None:
    store = ConversationStore(keys)
    number = (await service.handle(said("转人工"), EchoAssistant())).case_number
    assert number

    async def claim(actor: str) -> str:
        try:
            async with database.transaction() as tx:
                await desk.claim(tx, store, number, actor, time.time())
        except NotAllowed:
            return ""
        return actor

    winners = [actor for actor in await asyncio.gather(*(claim(f"律师{i}") for i in range(5))) if actor]
    assert len(winners) == 1
    async with database.transaction() as tx:
        assert (await find_case(tx, number)).claimed_by == winners[0]


async def test_urgent_cases_are_listed_first_then_the_oldest(service: TurnService, database: Database) -> None:
    for i in range(3):
        await service.handle(said("转人工", conversation=f"{i}" * 24), EchoAssistant())
    async with database.transaction() as tx:
        last = (await list_cases(tx))[-1]
        await tx.execute(cases.update().where(cases.c.id == last.id).values(urgent=True))
    async with database.transaction() as tx:
        listed = await list_cases(tx)
    assert listed[0].id == last.id
    assert [case.opened_at for case in listed[1:]] == sorted(case.opened_at for case in listed[1:])


async def test_words_are_sealed_in_the_database(service: TurnService, database: Database) -> None:
    await service.handle(said("我叫张三，老板欠我钱"), EchoAssistant())
    async with database.transaction() as tx:
        row = (await tx.execute(select(turns.c.text_sealed, turns.c.reply_sealed))).one()
    for column in row:
        assert "张三".encode() not in bytes(column)
