"""Sums of everyday money: goods that deceive, unsafe food, earnest money, child support, what a lawsuit costs."""

from __future__ import annotations

from decimal import Decimal

from knowledge.sums.results import Item, Reckoned, exactly, money

_CLAIM_STEPS = (
    (Decimal(10_000), None),
    (Decimal(100_000), Decimal("0.025")),
    (Decimal(200_000), Decimal("0.02")),
    (Decimal(500_000), Decimal("0.015")),
    (Decimal(1_000_000), Decimal("0.01")),
    (Decimal(2_000_000), Decimal("0.009")),
    (Decimal(5_000_000), Decimal("0.008")),
    (Decimal(10_000_000), Decimal("0.007")),
    (Decimal(20_000_000), Decimal("0.006")),
    (None, Decimal("0.005")),
)
"""诉讼费用交纳办法第十三条第（一）项: up to so much, that share of what lies above the step before; first 50 yuan."""
_ENFORCED_STEPS = (
    (Decimal(10_000), None),
    (Decimal(500_000), Decimal("0.015")),
    (Decimal(5_000_000), Decimal("0.01")),
    (Decimal(10_000_000), Decimal("0.005")),
    (None, Decimal("0.001")),
)
"""第十四条第（一）项."""
_PRESERVED_STEPS = ((Decimal(1000), None), (Decimal(100_000), Decimal("0.01")), (None, Decimal("0.005")))
"""第十四条第（二）项; the first is 30 yuan, the most 5,000."""
MOST_PRESERVATION = Decimal(5000)


def in_steps(amount: Decimal, steps: tuple[tuple[Decimal | None, Decimal | None], ...], first: Decimal) -> Decimal:
    """A fee that grows in steps (分段累计)."""
    fee, below = first, Decimal(0)
    for top, share in steps:
        if share is not None:
            fee += (min(amount, top) if top is not None else amount) * share - below * share
        if top is None or amount <= top:
            break
        below = top
    return fee


def court_fees(claim: Decimal, kind: str, preserved: Decimal | None) -> Reckoned:
    """诉讼费: of a claim for money, a labour dispute or a divorce; with preservation and enforcement."""
    items, notes = [], ["起诉的人先交，最后一般由输的一方负担；交不起的，可以向法院申请缓交、减交、免交。"]
    if kind == "labour":
        items.append(exactly("案件受理费", "劳动争议每件 10 元", Decimal(10), "诉讼费用交纳办法第十三条"))
        notes.append("劳动仲裁不收费（劳动争议调解仲裁法第五十三条）。")
    elif kind == "divorce":
        more = max(Decimal(0), claim - 200_000) * Decimal("0.005")
        said = f"每件 50 到 300 元；分割的财产超过 20 万元的部分加 0.5%，是 {money(more)} 元"
        items.append(Item("案件受理费", said, 50 + more, 300 + more, "诉讼费用交纳办法第十三条"))
    if kind == "money":
        fee = in_steps(claim, _CLAIM_STEPS, Decimal(50))
        said = f"{money(claim)} 元，按比例分段累计 = {money(fee)} 元"
        items.append(exactly("案件受理费", said, fee, "诉讼费用交纳办法第十三条"))
        said = f"{money(fee)} 元 ÷ 2"
        items.append(exactly("简易程序，或者调解、撤诉结案", said, fee / 2, "诉讼费用交纳办法第十五条、第十六条"))
        enforced = in_steps(claim, _ENFORCED_STEPS, Decimal(50))
        said = f"执行 {money(claim)} 元，按比例分段累计，由被执行人负担"
        items.append(exactly("申请执行", said, enforced, "诉讼费用交纳办法第十四条"))
    if preserved is not None:
        kept = min(MOST_PRESERVATION, in_steps(preserved, _PRESERVED_STEPS, Decimal(30)))
        said = f"保全 {money(preserved)} 元，按比例分段累计，最多 5,000 元"
        items.append(exactly("申请财产保全", said, kept, "诉讼费用交纳办法第十四条"))
    return Reckoned(tuple(items), tuple(notes))


def consumer(price: Decimal, kind: str, loss: Decimal | None) -> Reckoned:
    """退一赔三 for deceit, 退一赔十 for unsafe food, with their floors."""
    back = exactly("退还货款", f"{money(price)} 元", price, "消费者权益保护法第五十二条")
    if kind == "fraud":
        added = max(price * 3, Decimal(500))
        said = f"{money(price)} 元 × 3 = {money(price * 3)} 元" + ("，不足 500 元按 500 元" if price * 3 < 500 else "")
        item = exactly("增加赔偿", said, added, "消费者权益保护法第五十五条")
        notes = ("要商家有欺诈，也就是故意说假话、瞒真相让您买；由您拿出证据。只是质量差，一般是退、换、修。",)
        return Reckoned((back, item), notes)
    ways = [(f"价款 {money(price)} 元 × 10", price * 10)]
    if loss:
        ways.append((f"损失 {money(loss)} 元 × 3", loss * 3))
    said, most = max(ways, key=lambda way: way[1])
    added = max(most, Decimal(1000))
    said = f"{said} = {money(most)} 元" + ("，不足 1,000 元按 1,000 元" if most < 1000 else "")
    items = [back, exactly("增加赔偿", said, added, "食品安全法第一百四十八条")]
    if loss:
        items.insert(1, exactly("赔偿损失", f"{money(loss)} 元", loss, "食品安全法第一百四十八条"))
    note = "食品要不符合安全标准；卖家的，要他明知。只是标签、说明书有不影响安全、不误导人的小毛病的，不按这个赔。"
    return Reckoned(tuple(items), (note,))


def earnest(paid: Decimal, price: Decimal, who: str) -> Reckoned:
    """定金: twice back where the other side breaks the contract, lost where oneself does; at most a fifth counts."""
    counts = min(paid, price / 5)
    over = paid - counts
    notes = ["写明是“定金”、作担保的才这样算；“订金”“预付款”一般是照退。违约要到合同目的不能实现的程度。"]
    items = []
    if who == "other":
        said = f"{money(counts)} 元 × 2 = {money(counts * 2)} 元"
        items.append(exactly("双倍返还", said, counts * 2, "民法典第五百八十七条"))
    else:
        items.append(exactly("不能要回", f"{money(counts)} 元", counts, "民法典第五百八十七条"))
    if over:
        said = f"超过总价 20% 的部分不是定金，照退：{money(paid)} 元 - {money(counts)} 元 = {money(over)} 元"
        items.append(exactly("超出的部分", said, over, "民法典第五百八十六条"))
    return Reckoned(tuple(items), tuple(notes))


def child_support(income: Decimal, children: int) -> Reckoned:
    """抚养费 a month, as courts usually reckon for a parent with regular income."""
    article = "民法典婚姻家庭编司法解释（一）第四十九条"
    least = income * Decimal("0.2")
    most = income * (Decimal("0.3") if children == 1 else Decimal("0.5"))
    shares = "20% 到 30%" if children == 1 else "20% 到 50%"
    item = Item(f"每月抚养费（{children} 个孩子）", f"{money(income)} 元 × {shares}", least, most, article)
    notes = (
        "按对方月总收入估的一般比例；还要看孩子的实际需要、双方的负担能力和本地生活水平，法院可以高一点或者低一点。",
        "没有固定收入的，按年总收入或者同行业平均收入参照着算。一般付到十八周岁。",
    )
    return Reckoned((item,), notes)
