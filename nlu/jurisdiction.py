"""Whether what happened, happened where other law holds (法域): Hong Kong, Macao, Taiwan, abroad.

Who only lives there asks about matters at home as well: told apart by what is said to have happened there, and by any
word of the mainland.
"""

from __future__ import annotations

import re

_PLACES = (
    r"香港|澳门|台湾|新加坡|马来西亚|泰国|越南|缅甸|柬埔寨|老挝|菲律宾|印尼|日本|韩国|美国|加拿大|英国|法国|德国|意大利|西班牙|"
    r"俄罗斯|澳大利亚|澳洲|新西兰|阿联酋|迪拜|沙特|非洲|欧洲|国外|外国|境外|海外"
)
_AT = rf"(?:在|喺|到|去|嚟){{1,2}}(?:{_PLACES})(?:这边|这里|那边|呢边|嗰边|当地|本地)?"
_JOBS = r"家佣|地盘|工地|建筑|装修|保安|厨房|酒店|餐厅|侍应|保姆|护工|清洁|荷官|司机|销售|外劳|散工|兼职"
_WORKS = rf"(?:打工|上班|返工|工作|做工|做嘢|开工|搵食|打住家工|做劳务|做(?:{_JOBS}))"
_WRONGED_AT_WORK = (
    r"(?:欠|拖|扣|唔?不?给|唔?不?俾|唔?不?畀|受伤|整亲|辞退|炒|解雇|开除|加班|工资|人工|工钱|"
    r"走(?:咗|了)?佬|跑路|跑了|失踪|找不到人)"
)
_HAPPENED = re.compile(
    rf"{_AT}[^。！？]{{0,10}}(?:租(?:房|屋|楼|铺|住|的|了|咗)|车祸|撞(?:车|倒|伤|亲)|被(?:人|车)?(?:打|撞|骗|偷|抢|解雇|炒|开除)|"
    rf"俾人(?:打|撞|呃|偷|抢|炒)|买(?:的|了|到|咗)|消费|办(?:了|咗)?(?:会员|卡)|住院|做手术)|"
    rf"{_AT}[^。！？]{{0,4}}{_WORKS}[^。！？]{{0,24}}{_WRONGED_AT_WORK}|"
    rf"{_AT}的?(?:老板|公司|雇主|东家)[^。！？]{{0,16}}{_WRONGED_AT_WORK}"
)
_ASKS_ITS_LAW = re.compile(
    rf"(?:{_PLACES})(?:这边|那边|呢边|当地|本地)?的?"
    r"(?:[^，。！？]{0,4}(?:哪条|什么|边条|咩)?(?:法律|法例|法规)|劳工处|租务|小额钱债|审裁处)"
)
_MAINLAND = re.compile(
    r"内地|大陆|国内|中国的?法律|中山|广东|深圳|珠海|广州|佛山|东莞|江门|老家|乡下|回国|返嚟|家里的房"
)
_NAMED = re.compile(_PLACES)


def elsewhere(text: str) -> str | None:
    """The place outside the mainland where what normalised words tell has happened, or whose law is asked for."""
    if _MAINLAND.search(text):
        return None
    found = _HAPPENED.search(text) or _ASKS_ITS_LAW.search(text)
    named = _NAMED.search(found[0]) if found else None
    return named[0] if named else None
