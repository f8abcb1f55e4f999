"""Terms typed with characters that sound like their own are read as the terms; what is a word stays."""

from __future__ import annotations

import pytest

from knowledge.library import Library
from nlu.normalise import normalise


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("治安处罚不服想搞行证诉讼", "治安处罚不服想搞行政诉讼"),
        ("網貸砍頭西違法嗎", "网贷砍头息违法吗"),
        ("工商认定要多久", "工伤认定要多久"),
        ("劳动总裁在哪里申请", "劳动仲裁在哪里申请"),
        ("要他赔务工费和护理费", "要他赔误工费和护理费"),
        ("肇事逃移和行政付议", "肇事逃逸和行政复议"),
        ("他去逝了没留下什么，债住天天上门", "他去世了没留下什么，债主天天上门"),
        ("公按把我的卡冻洁了", "公安把我的卡冻结了"),
        ("老版拖欠工姿三个月", "老板拖欠工资三个月"),
        ("我想离昏", "我想离婚"),
        ("要準備什麼才料", "要准备什么材料"),
    ],
)
def test_slip_is_read_as_the_term(text: str, plain: str) -> None:
    found = normalise(text)
    assert found.text == plain
    assert normalise(plain).text == plain
    assert len(found.offsets) == len(plain)


@pytest.mark.parametrize(
    "text",
    [
        "工商登记要多久",
        "我到公司发传单",
        "派出所给警察罚款单",
        "对抚养义务和扶养义务有争议",
        "单位补缴社保",
        "他因公死亡",
        "儿子卖电子烟",
        "对方低价卖房躲债",
        "狗主人说不关他事",
        "孩子叫不醒",
        "应收账款出质以后",
        "邻居家露水很重",
        "她不敢出声",
    ],
)
def test_what_is_right_stays(text: str) -> None:
    assert normalise(text).text == text


def test_what_we_write_is_hardly_touched(library: Library) -> None:
    """Of the conclusions and what points say; a synonym (不缴社保, 不交社保) may be read as the other."""
    texts = [entry.sections["结论"] for entry in library.entries.values()]
    texts += [point.say for entry in library.entries.values() for point in entry.points]
    changed = [text for text in texts if normalise(text).text != normalise(text, by_sound=False).text]
    assert len(changed) <= len(texts) // 200
