"""A turn is answered once, in order, and never lost."""

from __future__ import annotations

import asyncio
import time

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.wording import Wording
from connectors.cases.desk import Desk
from connectors.cases.handover import CaseHandover
from connectors.cases.store import find_case, list_cases
from connectors.conversations import ConversationStore, Turn
from connectors.errors import NotAllowed, TooSlow
from connectors.keyring import KeyRing
from connectors.metrics import TURNS_GIVEN_UP
from connectors.storage.database import Database
from connectors.storage.schema import cases, messages, outbox
from connectors.turns import MOST_ATTEMPTS, TurnService
from knowledge.library import read_city
from tests.fakes import EchoAssistant

CONVERSATION = "c" * 24


@pytest.fixture
def service(database: Database, keys: KeyRing) -> TurnService:
    return service_on(database, keys)


def service_on(database: Database, keys: KeyRing) -> TurnService:
    """A turn service that opens and announces cases."""
    city, wording = read_city("zhongshan"), Wording.read()
    assert city
    return TurnService(database, keys, wording, CaseHandover(keys, city, wording, announce=True))


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
    other_database = await Database.open(database_url)
    other = service_on(other_database, keys)
    assistant = EchoAssistant(pause_s=0.02)
    jobs = [(service if i % 2 else other).handle(said("又", f"m{i}"), assistant) for i in range(4)]
    replies = await asyncio.gather(*jobs)
    await other_database.close()
    assert sorted(reply.text for reply in replies) == [f"{i}：又" for i in range(1, 5)]


async def test_turn_accepted_and_not_done_runs_again_at_start(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    store = ConversationStore(keys)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(service.handle(said("欠薪"), EchoAssistant(pause_s=30)), 0.3)
    async with database.transaction() as tx:
        assert len(await store.unfinished(tx)) == 1
    assert await service.recover(EchoAssistant()) == 1
    async with database.transaction() as tx:
        assert await store.unfinished(tx) == []
        done = await store.turns_of(tx, CONVERSATION)
    assert [(turn.turn.text, turn.reply.text if turn.reply else None) for turn in done] == [("欠薪", "1：欠薪")]


@pytest.mark.parametrize("failures", [1, 2])
async def test_assistant_that_fails_and_recovers_is_asked_again(service: TurnService, failures: int) -> None:
    reply = await service.handle(said("出错"), EchoAssistant(failures=failures))
    assert reply.text == "1：出错"


async def test_turn_that_always_fails_is_closed_with_an_apology_and_goes_to_a_person(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    before = TURNS_GIVEN_UP._value.get()
    assistant = EchoAssistant()
    reply = await service.handle(said("出错"), assistant)
    assert len(assistant.asked) == MOST_ATTEMPTS
    assert "对不起" in reply.text
    assert reply.case_number
    assert reply.case_number in reply.text
    async with database.transaction() as tx:
        assert await ConversationStore(keys).unfinished(tx) == []
        assert (await find_case(tx, reply.case_number)).reason == "given_up"
    assert TURNS_GIVEN_UP._value.get() == before + 1
    again = await service.handle(said("欠薪", "m2"), assistant)
    assert again.text == "1：欠薪"


async def test_turn_that_ends_the_process_is_given_up_at_the_third_start(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    """Each start is cut off while it answers."""
    store = ConversationStore(keys)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(service.handle(said("慢"), EchoAssistant(pause_s=30)), 0.2)
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(service.recover(EchoAssistant(pause_s=30)), 0.2)
    assistant = EchoAssistant(pause_s=30)
    await asyncio.wait_for(service.recover(assistant), 5)
    assert assistant.asked == []
    async with database.transaction() as tx:
        assert await store.unfinished(tx) == []


async def test_turn_that_takes_too_long_says_so_and_is_given_up_in_the_end(
    service: TurnService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.turns.ANSWER_S", 0.05)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(TooSlow):
            await service.handle(said("慢"), EchoAssistant(pause_s=5))
    assert (await service.handle(said("慢"), EchoAssistant(pause_s=5))).case_number


async def test_turn_that_cannot_be_opened_stops_no_other_at_the_start(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    for i in range(2):
        turn = said("欠薪", conversation=f"{i}" * 24)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(service.handle(turn, EchoAssistant(pause_s=30)), 0.2)
    other = KeyRing((Fernet.generate_key().decode(),)).seal_text("打不开")
    async with database.transaction() as tx:
        await tx.execute(messages.update().where(messages.c.conversation_id == "0" * 24).values(words_sealed=other))
    await service.recover(EchoAssistant())
    async with database.transaction() as tx:
        assert len(await ConversationStore(keys).unfinished(tx)) == 1
        done = await ConversationStore(keys).turns_of(tx, "1" * 24)
    assert [turn.reply.text for turn in done if turn.reply] == ["1：欠薪"]


async def test_danger_is_heard_while_a_person_holds_the_conversation(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    assistant = EchoAssistant()
    number = (await service.handle(said("转人工"), assistant)).case_number
    assert number
    async with database.transaction() as tx:
        await Desk(keys, Wording.read()).claim(tx, number, "lawyer", time.time())
    reply = await service.handle(said("我不想活了", "m2"), assistant)
    assert reply.outcome == "crisis"
    assert "12356" in reply.text
    assert len(assistant.asked) == 1
    async with database.transaction() as tx:
        assert (await find_case(tx, number)).urgent


async def test_case_asked_for_after_danger_is_urgent(service: TurnService, database: Database) -> None:
    assistant = EchoAssistant()
    await service.handle(said("救命"), assistant)
    reply = await service.handle(said("转人工", "m2"), assistant)
    assert reply.case_number
    assert "紧急" in reply.text
    async with database.transaction() as tx:
        assert (await find_case(tx, reply.case_number)).urgent


async def test_case_asked_for_by_a_crowd_about_to_gather_is_urgent(service: TurnService, database: Database) -> None:
    assistant = EchoAssistant()
    await service.handle(said("我们几十个工友明天一早去镇政府门口拉横幅"), assistant)
    reply = await service.handle(said("转人工", "m2"), assistant)
    assert reply.case_number
    assert "紧急" in reply.text
    async with database.transaction() as tx:
        case = await find_case(tx, reply.case_number)
    assert (case.urgent, case.danger) == (True, "crowd")


async def test_many_messages_of_one_conversation_over_two_processes_are_all_answered(
    database: Database, database_url: str, keys: KeyRing, service: TurnService
) -> None:
    """Several processes need PostgreSQL; SQLite has one writer and serves one process."""
    if database.dialect == "sqlite":
        pytest.skip("SQLite serves one process")
    other_database = await Database.open(database_url)
    other = service_on(other_database, keys)
    assistant = EchoAssistant()
    jobs = [(service if i % 2 else other).handle(said("又", f"m{i}"), assistant) for i in range(120)]
    replies = await asyncio.gather(*jobs)
    await other_database.close()
    assert sorted(int(reply.text.split("：")[0]) for reply in replies) == list(range(1, 121))


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
        file = await Desk(keys, Wording.read()).read_file(tx, reply.case_number)
        letters = (await tx.execute(select(outbox.c.dedupe_key))).scalars().all()
    assert file.case.matter == "labour.unpaid_wages"
    assert [m.text for m in file.messages if m.author == "citizen"] == ["老板欠我三个月工资", "转人工", "转人工"]
    assert [m.author for m in file.messages] == ["citizen", "bot"] * 3
    assert letters == [f"case.opened:{reply.case_number}"]


async def test_bot_is_silent_while_a_person_holds_the_case(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    assistant, desk = EchoAssistant(), Desk(keys, Wording.read())
    number = (await service.handle(said("转人工"), assistant)).case_number
    assert number
    async with database.transaction() as tx:
        await desk.claim(tx, number, "lawyer", time.time())
    held = await service.handle(said("还有一件事", "m2"), assistant)
    assert len(assistant.asked) == 1
    assert number in held.text
    again = await service.handle(said("还有", "m2b"), assistant)
    assert len(again.text) < 10
    async with database.transaction() as tx:
        await desk.reply(tx, number, "lawyer", "请说", time.time())
    assert number in (await service.handle(said("是这样的", "m2c"), assistant)).text
    async with database.transaction() as tx:
        await desk.close(tx, number, "lawyer", "advised", time.time())
    freed = await service.handle(said("再问一句", "m3"), assistant)
    assert freed.text == "2：再问一句"


async def test_question_about_the_case_is_answered_in_every_state(
    service: TurnService, database: Database, keys: KeyRing
) -> None:
    assistant, desk = EchoAssistant(), Desk(keys, Wording.read())
    assert "转人工" in (await service.handle(said("我的编号", "m0"), assistant)).text
    number = (await service.handle(said("转人工", "m1"), assistant)).case_number
    assert number
    waiting = await service.handle(said("我的编号", "m2"), assistant)
    assert waiting.case_number == number
    assert number in waiting.text
    async with database.transaction() as tx:
        await desk.claim(tx, number, "lawyer", time.time())
    assert number in (await service.handle(said("我的编号", "m3"), assistant)).text


async def test_case_is_claimed_by_one_person_only(service: TurnService, database: Database, keys: KeyRing) -> None:
    desk = Desk(keys, Wording.read())
    number = (await service.handle(said("转人工"), EchoAssistant())).case_number
    assert number

    async def claim(actor: str) -> str:
        try:
            async with database.transaction() as tx:
                await desk.claim(tx, number, actor, time.time())
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
        rows = (await tx.execute(select(messages.c.words_sealed))).scalars().all()
    assert len(rows) == 2
    for column in rows:
        assert "张三".encode() not in bytes(column)
