"""Entities: what a citizen names, with the value it stands for on the day of the talk."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.citations import Citation
from nlu.entities import Entities, Entity
from tests.timing import slowness

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.fixture(scope="module")
def entities() -> Entities:
    places = {"小榄": "xiaolan", "小榄镇": "xiaolan", "民众": "minzhong", "石岐": "shiqi", "东升": "xiaolan"}
    return Entities(places, {"劳动合同法": "劳动合同法", "民法典": "民法典"})


def values(found: list[Entity], kind: str) -> list[tuple[str, Any]]:
    return [(entity.text, entity.value) for entity in found if entity.kind == kind]


@pytest.mark.parametrize(
    ("text", "said", "yuan"),
    [
        ("欠我三万八千元", "三万八千元", 38000),
        ("3.8万", "3.8万", 38000),
        ("三点五万", "三点五万", 35000),
        ("工资5k", "5k", 5000),
        ("两千块", "两千块", 2000),
        ("几千块", "几千块", None),
        ("十几万", "十几万", None),
        ("50000元", "50000元", 50000),
        ("人民币伍仟元整", "人民币伍仟元整", 5000),
        ("3万8", "3万8", 38000),
        ("1万二", "1万二", 12000),
        ("12,345.67元", "12,345.67元", "12345.67"),
        ("12元5角", "12元5角", "12.5"),
        ("三块五", "三块五", "3.5"),
        ("月薪8000", "8000", 8000),
        ("工资五千一个月", "五千", 5000),
        ("3万一个月", "3万", 30000),
        ("2.3亿元", "2.3亿元", 230000000),
    ],
)
def test_money_is_read_in_yuan(entities: Entities, text: str, said: str, yuan: int | str | None) -> None:
    assert values(entities.extract(text, TODAY), "money") == [(said, None if yuan is None else Decimal(yuan))]


@pytest.mark.parametrize(
    "text",
    ["三千多人", "一块去吃饭", "两块地", "万一他不还", "千万不要", "2024元旦", "5km", "百分之三十", "1200", "第38条"],
)
def test_other_numbers_are_no_money(entities: Entities, text: str) -> None:
    assert values(entities.extract(text, TODAY), "money") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023年5月1日", "2023-05-01"),
        ("二〇二三年五月一日", "2023-05-01"),
        ("20230501", "2023-05-01"),
        ("2023-05-01", "2023-05-01"),
        ("2023.5.1", "2023-05-01"),
        ("昨天", "2026-11-23"),
        ("昨晚", "2026-11-23"),
        ("上周五", "2026-11-20"),
        ("下星期一", "2026-11-30"),
        ("上个月15号", "2026-10-15"),
        ("10天前", "2026-11-14"),
        ("12月30日", "2025-12-30"),
        ("12月30日到期", "2026-12-30"),
        ("十一月三号", "2026-11-03"),
        ("2024年2月29日", "2024-02-29"),
    ],
)
def test_a_day_is_an_iso_date(entities: Entities, text: str, day: str) -> None:
    ((_, value),) = values(entities.extract(text, TODAY), "date")
    assert value == day


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("去年国庆", "2025-10-01", "2025-10-07", "holiday"),
        ("去年春节", "2025-01-29", "2025-02-04", "holiday"),
        ("上个月", "2026-10-01", "2026-10-31", "month"),
        ("今年3月", "2026-03-01", "2026-03-31", "month"),
        ("去年十一月", "2025-11-01", "2025-11-30", "month"),
        ("半年前", "2026-05-01", "2026-05-31", "month"),
        ("前年", "2024-01-01", "2024-12-31", "year"),
        ("三年前", "2023-01-01", "2023-12-31", "year"),
        ("2019年", "2019-01-01", "2019-12-31", "year"),
        ("2020年上半年", "2020-01-01", "2020-06-30", "half_year"),
        ("5月底", "2026-05-21", "2026-05-31", "part"),
        ("上周", "2026-11-16", "2026-11-22", "week"),
        ("上周末", "2026-11-21", "2026-11-22", "weekend"),
    ],
)
def test_a_stretch_of_days_is_an_interval(entities: Entities, text: str, start: str, end: str, precision: str) -> None:
    assert values(entities.extract(text, TODAY), "date") == [
        (text, {"start": start, "end": end, "precision": precision})
    ]


def test_a_month_without_a_year_follows_the_date_before_it(entities: Entities) -> None:
    found = entities.extract("2023年5月入职，8月转正，2月被辞退", TODAY)
    assert [value["start"] for _, value in values(found, "date")] == ["2023-05-01", "2023-08-01", "2024-02-01"]


@pytest.mark.parametrize("text", ["2023年2月30日", "每月15号发工资", "3个月", "工作了19年", "提前三十天前通知"])
def test_impossible_days_and_lengths_are_no_dates(entities: Entities, text: str) -> None:
    assert values(entities.extract(text, TODAY), "date") == []


@pytest.mark.parametrize(
    ("text", "years", "months", "days"),
    [
        ("三个月", 0, 3, 0),
        ("两年半", 2, 6, 0),
        ("15天", 0, 0, 15),
        ("半年", 0, 6, 0),
        ("十五日", 0, 0, 15),
        ("两个星期", 0, 0, 14),
        ("一年零三个月", 1, 3, 0),
        ("一个半月", 0, 1, 15),
        ("3.5年", 3, 6, 0),
        ("工作了19年", 19, 0, 0),
    ],
)
def test_a_duration_counts_years_months_and_days(
    entities: Entities, text: str, years: int, months: int, days: int
) -> None:
    ((_, value),) = values(entities.extract(text, TODAY), "duration")
    assert value == {"years": years, "months": months, "days": days}


def test_a_vague_duration_has_no_value(entities: Entities) -> None:
    assert values(entities.extract("拖了几个月", TODAY), "duration") == [("几个月", None)]


@pytest.mark.parametrize("text", ["2019年", "三年前", "三年级", "90年代", "5个工作日", "第三天"])
def test_dates_ordinals_and_working_days_are_no_durations(entities: Entities, text: str) -> None:
    assert values(entities.extract(text, TODAY), "duration") == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("我在小榄镇上班", [("小榄镇", "xiaolan")]),
        ("小榄的工厂", [("小榄", "xiaolan")]),
        ("我在民众打工", [("民众", "minzhong")]),
        ("民众镇有法庭吗", [("民众", "minzhong")]),
        ("听取民众意见", []),
        ("从石岐搬到东升", [("石岐", "shiqi"), ("东升", "xiaolan")]),
    ],
)
def test_a_place_is_a_town_and_not_an_everyday_word(
    entities: Entities, text: str, places: list[tuple[str, str]]
) -> None:
    assert values(entities.extract(text, TODAY), "place") == places


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("老板拖欠工资", ["employer"]),
        ("单位不交社保", ["employer"]),
        ("房东不退押金给租客", ["landlord", "tenant"]),
        ("老公打我", ["husband"]),
        ("物业公司断水", ["property_manager"]),
        ("保险公司不赔", ["insurer"]),
        ("银行卡丢了", []),
        ("公司法怎么规定", []),
    ],
)
def test_a_role_is_who_someone_is(entities: Entities, text: str, roles: list[str]) -> None:
    assert [role for _, role in values(entities.extract(text, TODAY), "role")] == roles


def test_citations_and_private_numbers_are_entities(entities: Entities) -> None:
    found = entities.extract("劳动合同法第38、46条，电话138-0013-8000，卡号6222022001234567895", TODAY)
    assert [value for _, value in values(found, "citation")] == [Citation("劳动合同法", 38), Citation("劳动合同法", 46)]
    assert [value for _, value in values(found, "phone")] == ["13800138000"]
    assert [value for _, value in values(found, "bank_card")] == ["6222022001234567895"]


def test_an_identity_number_must_pass_its_check(entities: Entities) -> None:
    assert values(entities.extract("442000199003072515", TODAY), "id_number") == [("442000199003072515",) * 2]
    assert values(entities.extract("442000199003072510", TODAY), "id_number") == []


@given(
    st.text(st.characters(codec="utf-8"), max_size=40)
    | st.text(st.sampled_from("三五十万千年个月日周天前上元块k0123456789.-号条 \n"))
)
@settings(max_examples=150, deadline=None)
def test_every_entity_stands_where_it_says(entities: Entities, text: str) -> None:
    for entity in entities.extract(text, TODAY):
        assert text[entity.start : entity.end] == entity.text != ""


def test_sixty_characters_take_no_more_than_six_milliseconds(entities: Entities) -> None:
    text = "我在小榄镇一家公司上班两年半，老板去年国庆拖欠我三个月工资一万二，没签合同，根据劳动合同法第38条能赔多少钱"
    entities.extract(text, TODAY)
    assert min(_seconds(entities, text) for _ in range(20)) < 0.006 * slowness()


def _seconds(entities: Entities, text: str) -> float:
    started = time.perf_counter()
    entities.extract(text, TODAY)
    return time.perf_counter() - started


def test_importing_the_module_imports_no_spacy() -> None:
    code = "import sys, nlu.entities; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
