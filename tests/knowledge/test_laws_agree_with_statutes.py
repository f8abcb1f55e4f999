"""knowledge/laws.yaml on its own (names, dates, successors) and against the statutes data where that is present."""

from __future__ import annotations

import gzip
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WENFA_DATA", "../shared/data"))
STATUTES = (DATA if DATA.is_absolute() else ROOT / DATA) / "statutes" / "articles.jsonl.gz"
DATA_AS_OF = date(2026, 11, 23)
"""The day as of which the statutes data says what is current, repealed or future."""

# The data holds an older text of these than the version in force; laws.yaml is right, so they are not compared.
OLDER_TEXT_IN_DATA = {
    "不动产登记暂行条例": "2019年文本；2024年3月10日国务院令第777号又修改",
    "企业信息公示暂行条例": "2014年文本；2024年3月10日国务院令第777号又修改",
    "医疗机构管理条例": "2016年文本；2022年3月29日国务院令第752号又修改",
    "最高人民法院关于公布失信被执行人名单信息的若干规定": "2013年文本；2017年法释7号修改",
    "最高人民法院关于限制被执行人高消费的若干规定": "2010年文本；2015年法释17号修改并改名",
    "最高人民法院关于适用督促程序若干问题的规定": "2001年文本；2008年法释18号调整",
    "最高人民法院关于适用《中华人民共和国公司法》若干问题的规定（一）": "2006年文本；2014年法释2号修改",
    "最高人民法院、最高人民检察院关于检察公益诉讼案件适用法律若干问题的解释": "2018年文本；2020年法释20号修改",
    "最高人民法院、最高人民检察院关于办理危害药品安全刑事案件适用法律若干问题的解释": "2014年文本；2022年重新制定",
    "关于职工全年月平均工作时间和工资折算问题的通知": "2008年文本；已由2025年人社部发2号文代替",
    "公安机关办理行政案件程序规定": "2018年文本；2020年公安部令第160号又修改",
    "公安机关适用继续盘问规定": "2004年文本；2020年公安部令第160号修改",
    "机动车驾驶证申领和使用规定": "2021年文本；2024年公安部令第172号修改",
    "侵害消费者权益行为处罚办法": "2015年文本；2020年市场监管总局令第31号修改",
}

LAWS: dict[str, dict[str, Any]] = yaml.load(
    (ROOT / "knowledge" / "laws.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
INSERTED = re.compile(r"第[一二三四五六七八九十百千零]+条之[一二三四五六七八九十]+")


def current_version(law: dict[str, Any]) -> dict[str, Any]:
    """The version in force when the data was made, or for a repealed law its last."""
    return next(v for v in reversed(law["versions"]) if v["effective_on"] <= DATA_AS_OF)


@pytest.fixture(scope="module")
def statutes() -> dict[str, dict[str, dict[str, Any]]]:
    """Facts of the data by law and status: title, highest article number, inserted articles."""
    if not STATUTES.exists():
        pytest.skip(f"no statutes data at {STATUTES} (set WENFA_DATA)")
    facts: dict[str, dict[str, dict[str, Any]]] = {}
    for row in _rows():
        law = facts.setdefault(row["law"], {}).setdefault(
            row["status"], {"title": row["law_full"], "last_article": 0, "inserted": []}
        )
        law["last_article"] = max(law["last_article"], row["num"])
        if row["sub"]:
            law["inserted"].append(row["article"])
    return facts


def _rows() -> Iterator[dict[str, Any]]:
    with gzip.open(STATUTES, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["law"] in LAWS and row["status"] in ("current", "repealed", "future"):
                yield row


def test_titles_and_articles_agree_with_the_statutes(statutes: dict[str, dict[str, dict[str, Any]]]) -> None:
    wrong = []
    for key, by_status in statutes.items():
        law = LAWS[key]
        expected = by_status.get("current") or by_status.get("repealed")
        if expected is None:
            continue
        if law["title"] != expected["title"]:
            wrong.append(f"{key}: title {law['title']}, data {expected['title']}")
        if key in OLDER_TEXT_IN_DATA:
            continue
        version = current_version(law)
        facts = [fact for fact in ("last_article", "inserted") if version[fact] != expected[fact]]
        wrong += [f"{key}: {fact} {version[fact]}, data {expected[fact]}" for fact in facts]
    assert not wrong, "\n".join(wrong)


def test_versions_to_come_agree_with_the_statutes(statutes: dict[str, dict[str, dict[str, Any]]]) -> None:
    for key, by_status in statutes.items():
        if "future" in by_status:
            version = LAWS[key]["versions"][-1]
            assert version["effective_on"] > DATA_AS_OF, key
            assert version["last_article"] == by_status["future"]["last_article"], key
            assert version["inserted"] == by_status["future"]["inserted"], key


def test_laws_the_data_calls_repealed_are_repealed(statutes: dict[str, dict[str, dict[str, Any]]]) -> None:
    still_standing = [
        key for key, by_status in statutes.items() if "current" not in by_status and "repealed_on" not in LAWS[key]
    ]
    assert not still_standing


def test_every_name_belongs_to_one_law() -> None:
    """Also when brackets come half-width and spaces go missing, as in what people type."""
    owners: dict[str, set[str]] = {}
    for key, law in LAWS.items():
        for name in (key, law["title"], *law["aliases"]):
            owners.setdefault(re.sub(r"\s", "", unicodedata.normalize("NFKC", name)), set()).add(key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {}


def test_aliases_are_neither_repeated_nor_the_law_itself() -> None:
    for key, law in LAWS.items():
        names = Counter([key, *law["aliases"], *({law["title"]} - {key})])
        assert {name for name, times in names.items() if times > 1} == set(), key
        assert all(len(alias) > 1 and alias == alias.strip() for alias in law["aliases"]), key


def test_dates_are_in_order() -> None:
    for key, law in LAWS.items():
        versions = law["versions"]
        assert versions, key
        assert all(v["adopted_on"] <= v["effective_on"] for v in versions), key
        in_force = [v["effective_on"] for v in versions]
        assert in_force == sorted(set(in_force)), f"{key}: {in_force}"
        if "repealed_on" in law:
            assert law["repealed_on"] > in_force[-1], key


def test_articles_are_well_formed() -> None:
    for key, law in LAWS.items():
        for version in law["versions"]:
            assert version["last_article"] is None or version["last_article"] >= 0, key
            assert (version["last_article"] is None) == (version["inserted"] is None), key
            inserted = version["inserted"] or []
            assert all(INSERTED.fullmatch(article) for article in inserted), key
            assert len(set(inserted)) == len(inserted), key


def test_successors_exist_and_only_repealed_laws_have_them() -> None:
    for key, law in LAWS.items():
        assert ("replaced_by" in law) == ("repealed_on" in law), key
        for successor in law.get("replaced_by", ()):
            assert successor in LAWS, f"{key}: {successor}"
            assert successor != key
