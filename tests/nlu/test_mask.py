"""Masking: private numbers never pass, everything else stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.mask import is_identity_number, is_luhn, mask, private_numbers

IDENTITY = "442000199003072515"
CARD = "6222022001234567895"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000。", "电话【手机号】。"),
        ("138-0013-8000，138 0013 8000", "【手机号】，【手机号】"),
        ("\uff11\uff13\uff18００\uff11\uff13\uff18０００", "【手机号】"),
        ("1 3 8 0 0 1 3 8 0 0 0", "【手机号】"),
        ("8613800138000 86-138-0013-8000", "【手机号】 【手机号】"),
        ("微信wx13800138000", "微信wx【手机号】"),
        ("13800138000 13900139000", "【手机号】 【手机号】"),
        ("0760-88881234", "【手机号】"),
        ("（0760）8888 1234转123", "【手机号】"),
        ("座机：88881234", "座机：【手机号】"),
        (f"身份证{IDENTITY}", "身份证【身份证号】"),
        (f"{IDENTITY[:6]} {IDENTITY[6:14]} {IDENTITY[14:]}", "【身份证号】"),
        ("44200019900307251x", "【身份证号】"),
        (f"卡号{CARD}", "卡号【银行卡号】"),
        ("6222 0220 0123 4567 895", "【银行卡号】"),
        ("6225-8812-3456-7898", "【银行卡号】"),
        (f"2020-01-01 13800138000 {IDENTITY}", "2020-01-01 【手机号】 【身份证号】"),
    ],
)
def test_a_private_number_is_masked_however_it_is_written(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "12348 12345 110 12368",
        "（2023）粤2071民初12345号",
        "20230501 2023-05-01 2023年5月1日",
        "第一百三十三条之一 第133条",
        "13800138000元 ¥13800138000 13800138000.50",
        "工资3500 4000 4500 5000，一共17000元",
        "赔偿1234567890元",
        "订单20230501123456789012",
        "138001380001",
        "1.13800138000",
    ],
)
def test_money_dates_articles_case_and_public_numbers_stay(text: str) -> None:
    assert mask(text) == text


def test_an_identity_number_with_a_wrong_check_digit_is_masked_but_not_valid() -> None:
    (number,) = private_numbers("442000199003072510")
    assert (number.kind, number.valid) == ("id_number", False)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "-", " "]))
@settings(max_examples=150)
def test_no_mobile_number_survives(number: str, separator: str) -> None:
    text = f"打{separator.join((number[:3], number[3:7], number[7:]))}找我"
    assert mask(text) == "打【手机号】找我"


@given(
    st.from_regex(r"(442000|110101)(19[0-9]{2}|200[0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True)
)
@settings(max_examples=100)
def test_exactly_one_check_character_makes_an_identity_number(first_17: str) -> None:
    valid = [first_17 + check for check in "0123456789X" if is_identity_number(first_17 + check)]
    assert len(valid) == 1
    assert mask(valid[0]) == "【身份证号】"


@given(st.from_regex(r"62[0-9]{13,16}", fullmatch=True))
@settings(max_examples=100)
def test_no_bank_card_survives(start: str) -> None:
    (card,) = (start + digit for digit in "0123456789" if is_luhn(start + digit))
    assert CARD not in mask(CARD)
    assert mask(f"卡{card}号") in {"卡【银行卡号】号", "卡【身份证号】号"}


@given(st.text(st.sampled_from("0123456789０\uff11xX- （）()年月日元号第条.+电话"), max_size=60))
@settings(max_examples=300)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)
