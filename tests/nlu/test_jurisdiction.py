"""What happened elsewhere is told from who only lives there."""

from __future__ import annotations

import pytest

from nlu.jurisdiction import elsewhere
from nlu.normalise import normalise


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我在香港租房，退租时业主不还押金，香港这边按哪条法律要回来", "香港"),
        ("喺澳門返工，老闆爭我兩個月人工", "澳门"),
        ("喺澳門做地盤，老闆走咗佬", "澳门"),
        ("我在澳门酒店做清洁，公司炒了我不给补偿", "澳门"),
        ("在澳门做保安，下班摔了老板不给赔", "澳门"),
        ("我老公在新加坡打工被拖了半年工资", "新加坡"),
        ("在日本买到假包怎么办", "日本"),
        ("去泰国旅游被人骗了三万", "泰国"),
        ("在美国出了车祸对方没保险", "美国"),
        ("香港的法律对噪音怎么规定", "香港"),
        ("在国外的公司不给我发工资", "国外"),
        ("我是香港人，在中山租房，房东不退押金", None),
        ("我在澳洲打工，老家的房子被哥哥卖了", None),
        ("老公在香港上班，我想离婚", None),
        ("我人在美国，想委托妹妹卖掉房子", None),
        ("国内的中介把我弄到新加坡打工不给钱", None),
        ("香港老公去世了，存款怎么取", None),
        ("网上买的日本奶粉是假的", None),
        ("房东不退押金", None),
    ],
)
def test_place_of_what_happened(text: str, place: str | None) -> None:
    assert elsewhere(normalise(text).text) == place
