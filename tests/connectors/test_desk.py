"""The desk: who may do what, what the citizen sees of it, nothing typed is lost, nothing said becomes HTML."""

from __future__ import annotations

import asyncio
import re
import time
from urllib.parse import quote

import pytest
from sqlalchemy import update

from bot.wording import Wording
from connectors import desk
from connectors.applications.store import Applications
from connectors.calls.store import Calls
from connectors.cases.desk import Desk
from connectors.cases.quality import is_drawn
from connectors.cases.store import OUTCOME_NAMES, find_case
from connectors.conversations import conversation_id
from connectors.desk.canned import read_canned
from connectors.errors import BadRequest, NotAllowed, NotFound
from connectors.settings import Settings
from connectors.staff.accounts import LOCKED_S, MOST_FAILURES, Accounts
from connectors.staff.roles import RIGHTS, ROLES
from connectors.staff.sessions import COOKIE, IDLE_S, LONGEST_S
from connectors.storage.schema import staff_sessions
from knowledge.forms import form_called, read_forms
from knowledge.library import read_services
from knowledge.records import Service
from nlu.signals import signal
from tests.conftest import TODAY
from tests.connectors.office import ATTACK, PASSWORD, Office


async def test_case_is_taken_answered_and_closed_and_the_citizen_sees_it(office: Office) -> None:
    number = await office.case("老板欠我三个月工资")
    assert await office.sign_in("李律师") == 303
    assert number in await office.page("/desk")
    page = await office.page(f"/desk/cases/{number}")
    assert "老板欠我三个月工资" in page
    assert (await office.act(number, "claim"))[0] == 200
    assert (await office.act(number, "reply", text="您好，有没有打卡记录？"))[0] == 200
    assert (await office.act(number, "close", outcome="advised"))[0] == 200
    told = (await office.heard())[-3:]
    assert [word in text for word, text in zip(("已经接手", "打卡记录", "已经办结"), told, strict=True)] == [True] * 3
    async with office.database.transaction() as tx:
        assert (await find_case(tx, number)).status == "closed"


async def test_case_given_back_waits_again_and_the_bot_speaks(office: Office) -> None:
    number = await office.case("房东不退押金")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    assert (await office.act(number, "return"))[0] == 200
    assert "交回了队列" in (await office.heard())[-1]
    assert (await office.say("还有一件事"))["outcome"] == "answer"
    assert number in (await office.page("/desk")).split("等待（1）")[1]


async def test_only_one_of_many_claims_wins(office: Office) -> None:
    number = await office.case("老板欠我工资")

    async def claim(name: str) -> bool:
        try:
            async with office.database.transaction() as tx:
                await Desk(office.keys, Wording.read()).claim(tx, number, name, time.time())
        except NotAllowed:
            return False
        return True

    assert sum(await asyncio.gather(*(claim(f"顾问{i}") for i in range(200)))) == 1


async def test_what_cannot_be_done_is_said_and_nothing_typed_is_lost(office: Office) -> None:
    await office.hire("王律师", "adviser")
    number = await office.case("老板欠我工资")
    await office.sign_in("王律师")
    await office.act(number, "claim")
    await office.sign_in("李律师")
    status, page = await office.act(number, "reply", text="我写了很长的一段话")
    assert status == 409
    assert "王律师" in page
    assert "我写了很长的一段话" in page
    assert "我写了很长的一段话" not in "".join(await office.heard())
    for act, form in (("claim", {}), ("return", {}), ("close", {"outcome": "advised"}), ("close", {"outcome": "won"})):
        assert (await office.act(number, act, **form))[0] == 409, act


async def test_suggested_answer_goes_into_the_reply_after_what_was_typed_and_is_not_sent(office: Office) -> None:
    number = await office.case("老板欠我三个月的工资")
    await office.sign_in("李律师")
    assert "老板拖欠工资怎么要" in await office.page(f"/desk/cases/{number}")
    status, page = await office.act(number, "insert", entry="labour/overtime", text="您好。")
    assert status == 200
    assert "您好。\n\nlabour/overtime 的结论。</textarea>" in page
    assert "结论" not in "".join(await office.heard())
    _, page = await office.act(number, "insert", entry="no/such", text="您好。")
    assert ">您好。</textarea>" in page


async def test_supervisor_may_end_what_somebody_else_holds(office: Office) -> None:
    await office.hire("陈主任", "supervisor")
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    await office.sign_in("陈主任")
    assert (await office.act(number, "return"))[0] == 200


async def test_telephone_is_whole_only_for_who_has_the_case(office: Office) -> None:
    number = await office.case("老板欠我工资")
    contact = {"phone": "13800138000", "when": "晚上"}
    await office.client.post(f"/api/v1/conversations/{office.key}/contact", json=contact)
    await office.sign_in("李律师")
    page = await office.page(f"/desk/cases/{number}")
    assert "13800138000" not in page
    assert "8000" in page
    await office.act(number, "claim")
    assert "tel:13800138000" in await office.page(f"/desk/cases/{number}")


async def test_numbers_within_the_words_are_whole_only_for_who_has_the_case(office: Office) -> None:
    number = await office.case("老板欠我工资，打我电话13912345678，身份证110101199003074610")
    await office.sign_in("李律师")
    page = await office.page(f"/desk/cases/{number}")
    assert [word in page for word in ("13912345678", "110101199003074610", "【手机号】")] == [False, False, True]
    await office.act(number, "claim")
    assert "13912345678" in await office.page(f"/desk/cases/{number}")


async def test_who_looked_at_a_case_is_on_record_once(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    for _ in range(3):
        await office.page(f"/desk/cases/{number}")
    assert (await office.page(f"/desk/cases/{number}")).count("看过 李律师") == 1


async def test_what_a_citizen_says_never_becomes_html(office: Office) -> None:
    number = await office.case(ATTACK)
    await office.sign_in("李律师")
    await office.act(number, "reply", text=ATTACK)
    await office.act(number, "close", outcome="won", text=ATTACK)
    for page in (await office.page(f"/desk/cases/{number}"), await office.page("/desk")):
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def routes() -> list[tuple[str, str]]:
    """Method and path of every route of the desk but the way in and out and its files."""

    class Nothing:
        """Routes are listed without a service."""

        database = desk_ = accounts = None
        settings = Settings.read({})

        def __getattr__(self, _: str) -> None:
            return None

    app = desk.build(Nothing())  # type: ignore[arg-type]
    found = [(route.method, route.resource.canonical) for route in app.router.routes() if route.resource]
    return [
        (method, path) for method, path in found if "sign-" not in path and "static" not in path and method != "HEAD"
    ]


def filled(path: str, **values: str) -> str:
    """A path with its places filled; a file, a letter, a draft and a shift are the first."""
    for name, value in (values | {"file": "1", "letter": "1", "draft": "1", "shift": "1"}).items():
        path = path.replace(f"{{{name}}}", value)
    return path


def right_of(method: str, path: str) -> str:
    """The right that a request asks for."""
    beginnings = {"/call": "calls", "/applications": "applications", "/supervision": "any_case", "/drafts": "any_case"}
    if path.endswith(("/called-back", "/checked")) or (method == "POST" and path.startswith("/roster")):
        return "any_case"
    return next((right for beginning, right in beginnings.items() if path.startswith(beginning)), "cases")


async def test_citizen_who_is_sent_on_hears_where_what_to_bring_and_how_to_apply(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    status, page = await office.act(number, "close", outcome="referred")
    assert status == 409
    assert "转介要选转到哪里" in page
    status, page = await office.act(number, "close", outcome="referred", door="legal_aid")
    assert status == 200
    assert "已转介：法律援助" in page
    way, closed = (await office.heard())[-2:]
    assert "下一步：法律援助" in way
    assert "身份证" in way
    assert "12348" in way
    assert "已经办结" in closed
    (asks,) = re.findall("请说“(我要.*?)”", way)
    assert str((await office.say(asks))["link"]).startswith("/forms/")


@pytest.mark.parametrize("service", [s for s in read_services().values() if s.form], ids=lambda s: s.id)
def test_words_that_a_referred_citizen_is_told_open_the_form(service: Service) -> None:
    asks = read_forms()[service.form].asks_for
    assert signal(asks) == "apply"
    found = form_called(asks)
    assert found is not None
    assert found.id == service.form


async def test_note_is_seen_by_colleagues_and_never_by_the_citizen(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.hire("王律师", "adviser")
    await office.sign_in("李律师")
    assert (await office.act(number, "note", note=f"来过两次，材料在窗口 {ATTACK}"))[0] == 200
    assert (await office.act(number, "note", note="  "))[0] == 409
    await office.sign_in("王律师")
    page = await office.page(f"/desk/cases/{number}")
    assert "来过两次，材料在窗口" in page
    assert "备注 李律师" in page
    assert "<img src=x" not in page
    assert not any("来过两次" in text for text in await office.heard())
    async with office.database.transaction() as tx:
        kept = str((await tx.exec_driver_sql("SELECT * FROM case_notes")).all())
    assert "来过两次" not in kept


async def test_closed_case_is_taken_up_again_unless_the_citizen_has_another(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    await office.act(number, "close", outcome="advised")
    status, page = await office.act(number, "reopen")
    assert (status, "办结</button>" in page) == (200, True)
    assert "重新接手" in (await office.heard())[-1]
    await office.act(number, "close", outcome="advised")
    other = await office.case("房东不退押金")
    status, page = await office.act(number, "reopen")
    assert status == 409
    assert other in page


async def test_canned_text_goes_into_the_reply_with_name_and_number(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    for name in read_canned():
        status, page = await office.act(number, "insert", text="您好", canned=name)
        assert status == 200
        (draft,) = re.findall(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
        assert draft.startswith("您好\n\n")
        assert "{" not in draft
    assert len(await office.heard()) == 4  # nothing was sent


async def test_case_is_found_by_number_telephone_holder_matter_and_town(office: Office) -> None:
    number = await office.case("老板在小榄的厂拖欠我三个月工资", "工资一直不发")
    url = f"/api/v1/conversations/{office.key}/contact"
    wish = {"phone": "138 0013 8000", "when": "晚上", "discreet": True}
    assert (await office.client.post(url, json=wish)).status == 200
    assert "我们不说是哪里、为什么打" in (await office.heard())[-1]
    await office.sign_in("李律师")
    await office.act(number, "claim")
    assert "接的可能是别人" in await office.page(f"/desk/cases/{number}")
    for words in (number, number[:6], "13800138000", "+86 13800138000", "李律师", "小榄"):
        assert number in await office.page(f"/desk/search?q={quote(words)}"), words
    for words in ("13800138001", "张三", "%", "_", "0"):
        page = await office.page(f"/desk/search?q={quote(words)}")
        assert number not in page, words
        assert "没有找到" in page


async def test_supervisor_reads_again_what_was_drawn_and_each_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.cases.quality.SHARE", 1)
    number = await office.case("老板欠我工资")
    await office.hire("主任", "supervisor")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    await office.act(number, "close", outcome="advised")
    assert (await office.act(number, "checked"))[0] == 403
    await office.sign_in("主任")
    assert f"{number}/checked" in await office.page("/desk/supervision")
    status, page = await office.act(number, "checked")
    assert (status, f"{number}/checked" in page) == (200, False)
    assert (await office.act(number, "checked"))[0] == 409
    assert "抽查过 主任" in await office.page(f"/desk/cases/{number}")


def test_one_in_twenty_is_drawn() -> None:
    drawn = sum(is_drawn(f"261126-{number:06}") for number in range(20_000))
    assert 800 <= drawn <= 1200


@pytest.mark.parametrize("role", [None, *ROLES])
async def test_every_route_asks_for_its_right(office: Office, role: str | None) -> None:
    """Nobody is sent to sign in; a role without the right is refused; one with it is not."""
    number = await office.case("老板欠我工资")
    async with office.database.transaction() as tx:
        call = await Calls(office.keys).start(tx, "新人", time.time())
        of = conversation_id(office.key), ("legal_aid", 1)
        store = Applications(office.keys)
        application = await store.begin(tx, *of, None, {}, TODAY, time.time())
        await store.hand_in(tx, application, {}, urgent=False, receiver=None, at=time.time())
    if role:
        await office.hire("新人", role)
        assert await office.sign_in("新人") == 303
    assert len(routes()) >= 10
    for method, path in routes():
        answer = await office.client.request(
            method,
            "/desk" + filled(path, number=number, call=call.number, application=application.number),
            data={} if method == "POST" else None,
            allow_redirects=False,
        )
        if role is None:
            assert (answer.status, answer.headers["Location"]) == (303, "/desk/sign-in"), path
        elif right_of(method, path) in RIGHTS[role]:  # type: ignore[index]
            gone = "{file}" in path or "{shift}" in path
            assert answer.status in ((404, 409) if gone else (200, 303, 400, 409)), (path, answer.status)
        else:
            assert answer.status == 403, path


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://example.org"}]
)
async def test_form_of_another_site_is_refused(office: Office, headers: dict[str, str]) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    answer = await office.client.post(f"/desk/cases/{number}/claim", headers=headers)
    assert answer.status == 403
    async with office.database.transaction() as tx:
        assert (await find_case(tx, number)).status == "waiting"


async def test_wrong_passwords_lock_for_a_while_and_look_like_a_wrong_name(office: Office) -> None:
    pages = []
    for name in ("李律师", "没有的人"):
        form = {"name": name, "password": "wrong wrong wrong"}
        answer = await office.client.post("/desk/sign-in", data=form)
        pages.append((answer.status, (await answer.text()).replace(name, "")))
    assert pages[0] == pages[1]
    assert pages[0][0] == 401
    for _ in range(MOST_FAILURES - 1):
        await office.sign_in("李律师", "wrong wrong wrong")
    assert await office.sign_in("李律师") == 401
    async with office.database.transaction() as tx:
        assert await Accounts().sign_in(tx, "李律师", PASSWORD, time.time() + LOCKED_S + 1)


@pytest.fixture
def few_sign_ins(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("connectors.limits.SIGN_INS", 3)
    return 3


async def test_one_address_that_tries_and_tries_has_to_wait(few_sign_ins: int, office: Office) -> None:
    statuses = [await office.sign_in(f"没有的人{i}", "wrong wrong wrong") for i in range(few_sign_ins + 1)]
    assert statuses == [401] * few_sign_ins + [429]
    answer = await office.client.post("/desk/sign-in", data={"name": "李律师", "password": PASSWORD})
    assert answer.status == 429
    assert "秒再试" in await answer.text()


async def test_session_ends_when_idle_when_old_when_signed_out_and_with_the_account(office: Office) -> None:
    async def signed_in() -> bool:
        return (await office.client.get("/desk", allow_redirects=False)).status == 200

    for ages in ({"seen_at": time.time() - IDLE_S - 1}, {"created_at": time.time() - LONGEST_S - 1}):
        await office.sign_in("李律师")
        assert await signed_in()
        async with office.database.transaction() as tx:
            await tx.execute(update(staff_sessions).values(**ages))
        assert not await signed_in()
    await office.sign_in("李律师")
    await office.client.post("/desk/sign-out")
    assert not await signed_in()
    await office.sign_in("李律师")
    async with office.database.transaction() as tx:
        await Accounts().set_active(tx, "李律师", active=False)
    assert not await signed_in()
    assert await office.sign_in("李律师") == 401


async def test_cookie_is_for_the_desk_alone_and_for_no_script(office: Office) -> None:
    form = {"name": "李律师", "password": PASSWORD}
    answer = await office.client.post("/desk/sign-in", data=form, allow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/desk"))
    page = await office.client.get("/desk")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


async def test_token_and_password_are_nowhere_in_the_database(office: Office) -> None:
    form = {"name": "李律师", "password": PASSWORD}
    answer = await office.client.post("/desk/sign-in", data=form, allow_redirects=False)
    token = re.findall(f"{COOKIE}=([^;]+)", answer.headers["Set-Cookie"])[0]
    async with office.database.transaction() as tx:
        kept = str((await tx.exec_driver_sql("SELECT * FROM staff_sessions")).all())
        kept += str((await tx.exec_driver_sql("SELECT * FROM staff")).all())
    assert token not in kept
    assert PASSWORD not in kept
    assert "$argon2id$" in kept


@pytest.mark.parametrize(
    ("name", "role", "password", "error"),
    [
        ("", "adviser", PASSWORD, BadRequest),
        ("a b", "adviser", PASSWORD, BadRequest),
        ("x", "king", PASSWORD, BadRequest),
        ("x", "adviser", "short", BadRequest),
        ("李律师", "adviser", PASSWORD, NotAllowed),
    ],
)
async def test_account_that_cannot_be_is_refused(
    office: Office, name: str, role: str, password: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        async with office.database.transaction() as tx:
            await Accounts().add(tx, name, role, password, time.time())


async def test_account_that_is_not_there_is_said(office: Office) -> None:
    with pytest.raises(NotFound, match="没有叫"):
        async with office.database.transaction() as tx:
            await Accounts().set_password(tx, "没有的人", PASSWORD)


async def test_every_outcome_has_a_name(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    page = await office.page(f"/desk/cases/{number}")
    assert all(name in page for name in OUTCOME_NAMES.values())


async def test_words_of_a_case_are_for_who_has_a_part_in_it(office: Office) -> None:
    """While it waits, who takes cases reads it; then its holder, supervisors, and once closed the hotline."""
    number = await office.case("我的秘密是老板欠我工资")
    for name, role in (("王律师", "adviser"), ("小陈", "agent"), ("陈督办", "supervisor")):
        await office.hire(name, role)

    async def status(name: str) -> int:
        await office.sign_in(name)
        return (await office.client.get(f"/desk/cases/{number}")).status

    assert await status("王律师") == 200
    await office.sign_in("李律师")
    await office.act(number, "claim")
    assert [await status(name) for name in ("李律师", "王律师", "小陈", "陈督办")] == [200, 409, 409, 200]
    await office.sign_in("王律师")
    for act, form in (
        ("note", {"note": "我也看看"}),
        ("reply", {"text": "写了半天的回复"}),
        ("insert", {"canned": "x"}),
    ):
        code, page = await office.act(number, act, **form)
        assert code == 409, act
        assert "我的秘密" not in page, act
        assert "李律师" in page, act
    assert "写了半天的回复" in (await office.act(number, "reply", text="写了半天的回复"))[1]
    assert await status("王律师") == 409  # what was refused gives no part in it
    await office.sign_in("李律师")
    await office.act(number, "transfer", to="王律师")
    assert [await status(name) for name in ("李律师", "王律师", "小陈")] == [200, 200, 409]
    await office.sign_in("王律师")
    await office.act(number, "close", outcome="advised")
    assert [await status(name) for name in ("李律师", "王律师", "小陈", "陈督办")] == [200, 200, 200, 200]
    await office.hire("外人", "mediator")
    assert await status("外人") == 409
    assert (await office.act(number, "reopen"))[0] == 409
