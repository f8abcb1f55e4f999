"""Danger (危急): its kinds, the words that mean nothing else, and cues that tell it from a question about law.

`nlu/danger_detector.py` hears it; here is what needs no model.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

DangerKind = Literal[
    "violence",
    "sexual_assault",
    "child_harm",
    "suicide",
    "poisoning",
    "fire_gas",
    "confinement",
    "threat",
    "missing",
    "blackmail",
    "fraud",
]
KINDS: tuple[DangerKind, ...] = get_args(DangerKind)

_NOW = r"(?:正在|现在|刚刚|刚才|马上|这会儿|此刻|快要)"
_ASKS_FOR_MONEY = (
    rf"(?:{_NOW}|还在|一直)[^。！？]{{0,14}}(?:让我|叫我|要我|催我)[^。！？]{{0,8}}(?:转账|汇款|打钱|转钱|验证码|安全账户)|"
    r"转[^。！？]{0,4}安全账户"
)
_PATTERNS: tuple[tuple[DangerKind, re.Pattern[str]], ...] = (
    (
        "suicide",
        re.compile(
            r"不想活了|想(?:去)?自杀|要(?:去)?自杀|想死了|活不下去|死了算了|跳楼算了|想死的心都有|"
            r"(?:想|要|准备)(?:去)?(?:跳楼|跳河|割腕|喝农药|轻生|了结自己|结束(?:自己的)?生命)|遗书(?:都|已经)?写好|"
            r"安眠药[^，。！？]{0,8}(?:攒|存|囤|买好)|(?:攒|存|囤)(?:了|够|好)[^，。！？]{0,6}安眠药|药[^，。！？]{0,2}(?:攒|存|囤)够|"
            r"(?:哪|什么)(?:种|个|样的?)?(?:方法|方式|办法)死(?!亡|刑)|怎么死(?:才|比较|最|得)*(?:不痛|不疼|快|痛快|舒服)|"
            r"(?:不疼|不痛|没有?痛苦|无痛|最快|舒服)(?:一点)?的?(?:自杀|死法|死去)|(?:以|用|拿)(?:死|命)(?:来|去)?(?:证明|表明|明志|抗议|谢罪)|"
            r"我(?:现在|马上|这就|已经)(?:就|要)?(?:上去|爬上|站在|跳)[^，。！？]{0,4}(?:跳|楼顶|天台|塔吊|桥)|"
            r"(?:天台|楼顶|塔吊|桥上|江边|河边)[^。！？]{0,6}(?:不想|不打算|不会|不愿意?)(?:再)?(?:下去|下来|回去)"
        ),
    ),
    (
        "violence",
        re.compile(
            rf"{_NOW}[^。！？]{{0,12}}(?:打我|砍我|掐我|拿(?:着)?刀|要杀|砸门|围殴|绑架|强奸|追杀)|"
            r"救命(?!钱|稻草|恩)|要(?:杀|砍|弄)死我|拿(?:着)?刀(?:追|要|对着|指着)"
        ),
    ),
    (
        "missing",
        re.compile(
            r"(?:孩子|小孩|儿子|女儿|宝宝|娃|孙子|孙女|老人|父亲|母亲|爸爸|妈妈|爷爷|奶奶|外公|外婆)[^。！？]{0,6}"
            r"(?:不见了|走失了|走丢了|被拐走|被人带走了|被抱走)(?!过)|"
            r"(?:孩子|小孩|儿子|女儿|弟弟|妹妹)[^。！？]{0,4}离家(?:出走)?[^。！？]{0,4}[天晚夜][^。！？]{0,6}(?:关机|联系不上|没消息|没回)|"
            r"(?:孩子|小孩|儿子|女儿|孙子|孙女|老人|父亲|母亲|爸|妈|爷爷|奶奶|外公|外婆)[^。！？]{0,16}"
            r"(?:出门|出去|买菜|散步|放学|上学|走)[^。！？]{0,10}(?:到现在|一晚上|一夜|一整天)[^。！？]{0,4}(?:没|未)(?:有)?(?:见)?(?:回|返|到家|人)"
        ),
    ),
    (
        "fire_gas",
        re.compile(
            r"(?:孩子|小孩|宝宝|老人|有人|工友|爸|妈|爷爷|奶奶|外公|外婆|老公|老婆)[^，。！？]{0,3}(?:不动了|没(?:有)?(?:了)?呼吸|叫不醒|没反应了)"
        ),
    ),
    (
        "fraud",
        re.compile(rf"{_ASKS_FOR_MONEY}|(?:刚刚|刚才|刚)[^。！？]{{0,8}}被(?:骗|诈骗)"),
    ),
)

_PERSON = (
    r"(?:孩子|小孩|小朋友|儿子|女儿|宝宝|娃|孙子|孙女|弟弟|妹妹|侄子|侄女|外甥|学生|同学|小女孩|女孩|男孩|幼儿|婴儿)"
)
_KIN = rf"(?:{_PERSON}|老人|爸|妈|父亲|母亲|爷爷|奶奶|外公|外婆|老公|老婆|丈夫|妻子|哥|姐|朋友|工友|室友|同事)"
TOPICS: dict[DangerKind, re.Pattern[str]] = {
    "violence": re.compile(
        r"打我|打(?:得|到|起来)|打[^官工电印卡折仗车点包听算招听交]{0,3}(?:孩子|老婆|妈|人|弟)|踹|砸|砍|捅|掐|踢|扇|抓头发|刀|铁棍|砖头|锤|"
        r"围着|围殴|抢劫|抢了|持刀|血|追我|闯进|撬|堵在|动手"
    ),
    "sexual_assault": re.compile(
        r"强奸|迷奸|性侵|侵犯|猥亵|强迫|糟蹋|占了便宜|摸我|下药|灌醉|压在我|抱住|扯我衣服|扑上来|睡|动手动脚|没穿衣服|按住"
    ),
    "child_harm": re.compile(
        rf"{_PERSON}[^。！？]{{0,16}}(?:打|伤|疼|摸|脱|亲|侵|猥亵|关|饿|逼|烫|扎|怀孕|自愿|发生)|"
        r"(?:摸|打|扎|脱|侵犯|猥亵|欺负)[^。！？]{0,8}(?:孩子|女儿|儿子|女孩|小孩)|(?:我|才|今年)[^。！？]{0,4}(?:十|1)[一二三0-3]岁|不满十四|未满十四"
    ),
    "suicide": re.compile(
        r"不想活|想死|去死|不如死|寻死|自杀|轻生|跳楼|跳下|跳河|楼顶|天台|塔吊|桥上|江边|割腕|遗书|烧炭|解脱|活着|活够|永别|结束这|了结|一了百了|百草枯|"
        r"不做人|不活了|死路|撑不(?:住|下去)|消失|死给|一起(?:死|走)|喝药"
    ),
    "poisoning": re.compile(
        r"安眠药|农药|老鼠药|鼠药|敌敌畏|百草枯|漂白水|洁厕|干燥剂|电池|吃(?:了|下|错|完)[^。！？]{0,8}药|服药|中毒|下毒|下药|叫不醒|推不醒|"
        r"没(?:有)?反应|昏迷|晕|抽搐|口吐白沫|误(?:食|喝|吞)|吞了|呕吐|吸毒"
    ),
    "fire_gas": re.compile(
        r"着火|起火|失火|火烛|烧(?:起来|着|过来)|浓烟|烟|煤气|燃气|液化气|漏气|爆炸|爆了|触电|火花|塌|埋|卡(?:着|住|在)|夹住|掉(?:下来|到水)|被困|淹|"
        r"溺水|没呼吸|倒地|大出血|不动了|机器"
    ),
    "confinement": re.compile(
        r"关(?:在|起来|着)|锁(?:在|起来|住)|反锁|不(?:让|准|许)[^。！？]{0,4}(?:走|出|离开|下班)|传销|扣(?:着|住|了)我|绑(?:架|在|起来)|囚|禁锢|拘禁|缅甸|"
        r"园区|境外|柬埔寨|控制在|收(?:走|了)[^。！？]{0,4}手机|守着|看着我|逃"
    ),
    "threat": re.compile(
        r"(?:要|说|扬言|威胁|恐吓|短信)[^。！？]{0,12}(?:杀|砍|弄死|打死|打断|卸|泼|硫酸|烧|炸|同归于尽|收拾|小心|抓走|要我命|撞死|做低)|"
        r"跟踪|蹲我|堵我|买了刀|杀了他|去砍|报复社会|子弹|纸钱"
    ),
    "missing": re.compile(
        rf"{_KIN}[^。！？]{{0,18}}(?:不见|走失|走丢|丢了|失踪|失联|没回|未返|没返|联系不上|关机|不接|找不到|带走|抱走|拐|离家|(?<!机构)(?<!老板)(?<!公司)(?<!中介)(?<!店)(?<!班)(?<!司机)(?<!那人)(?<!的人)(?<!对方)(?<!骗子)(?<!车主)(?<!狗主人)跑了|跑出去|接走)|"
        r"不见了|走失|走丢|失踪|离家出走|抱走|拐走|人和电话都没|电话也?打不通"
    ),
    "blackmail": re.compile(
        r"(?:裸|私密|不雅|洗澡|照片|视频|录屏|相)[^。！？]{0,18}(?:威胁|要挟|勒索|敲诈|发给|发到|群发|公开|曝光|要钱|转|逼|放)|"
        r"(?:勒索|敲诈|仙人跳|裸聊|要挟)|曝光我"
    ),
    "fraud": re.compile(
        r"骗子|被骗|呃(?:咗|了)|安全账户|验证码|共享屏幕|屏幕共享|转(?:账|钱|了|过去)|汇钱|汇款|过数|刷单|保证金|洗钱|冒充|盗刷|扫(?:了)?码|链接|"
        r"公安打电话|话系公安|退款|征信|杀猪盘|密码"
    ),
}
"""What each kind is about. A topic alone is no danger: the cues below, weighed with it, tell."""

CUES: dict[str, re.Pattern[str]] = {
    "now": re.compile(
        r"正在|正(?:拿|要)|现在|刚|啱|马上|这会儿|此刻|还在|一直(?:在|喊|叫)|又(?:动手|来)|紧我|緊|而家|今晚|今天|昨晚|着(?:我|不放|火|刀|呢)|快|在外面|在门口|"
        r"在楼下|在楼顶|出不去|不敢|叫不醒|到现在|没消息|多小时|个小时|两天|三天|一晚"
    ),
    "past": re.compile(
        r"昨天|前天|那天|上(?:周|次|个?月|年)|去年|前年|以前|之前|曾经|早几年|年前|个月前|小时候|当年|过年时|后来|已(?:经)?(?:报|抓|判|好|出院|找到|结案|还清)|判了|"
        r"处理完|做完"
    ),
    "law": re.compile(
        r"吗|判几年|判多久|怎么判|量刑|起刑|犯法|违法|算不算|是不是|算工伤|标准|立案|起诉|告他|能告|责任|赔|理赔|索赔|离婚|抚养|仲裁|投诉|合同|多少钱|能不能|可以.{0,6}吗|"
        r"怎么(?:办理|申请|认定|写|算|退|收集|投诉|取证|维权)|什么(?:意思|条件|材料|区别|手续|罪)|有没有|规定|效力|继承|遗产|保险|法律|论文|作业|新闻|听说"
    ),
    "idiom": re.compile(
        r"[气烦笑累急穷热愁冻吓忙恨吵坑骂要]死(?!我妈|我爸)|要命|打死我也|死活|死皮|死不|老赖|死者|死亡|去世|血汗|救命钱|跳楼价|杀价"
    ),
    "help": re.compile(r"救|怎么办|点算|快来|帮帮|急|害怕|我怕|好惊"),
}


def pattern_kind(text: str) -> DangerKind | None:
    """The kind that plain patterns hear in normalised words, or None."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), None)


def names(kind: DangerKind, text: str) -> bool:
    """Whether normalised words name what a kind of danger is about."""
    return TOPICS[kind].search(text) is not None


_MONEY_ASKED = re.compile(_ASKS_FOR_MONEY)
_SEXUAL = re.compile(
    r"强奸|强姦|性侵|侵犯|猥亵|发生(?:了)?关系|上床|睡(?:过|在一起|了她)|开房|酒店|摸|(?<![父母])亲(?:她|他|我)|脱|裸|下体|下面|私处|怀孕|陪酒|"
    r"洗澡|被窝|自愿|真爱|性(?:骚扰|行为|交|关系|器官)|轮(?:着|流)"
)


_CROWD = re.compile(
    r"(?:(?:[一二三四五六七八九几两]?[十百][一二三四五六七八九十几]*|\d{2,4})(?:多|来|几)?(?:个|名|位)?"
    r"(?:工友|工人|村民|业主|家属|老乡|人|户|家)|大家|业主们|工友们|村民们|家属们|我们(?:全?村|小区|全?厂|车间|整栋楼))"
)
_GATHERING = re.compile(
    r"堵(?:住)?(?:路|门|马路|大门|厂门|镇政府|市政府|政府|售楼)|拉(?:起)?(?:了)?横幅|静坐|躺(?:在)?马路|围(?:堵|住|起来|在|着)(?!打)|示威|游行|集体上访|"
    r"(?:市|镇|区|省|乡)?政府(?:大)?(?:门口|楼下)|抬(?:着)?(?:尸|棺|人|老人)|冲进去|罢工"
)
_SOON = re.compile(
    r"今天|今晚|明天|明早|明晚|后天|一早|马上|正在|现在|这就|准备|打算|约好|说好|已经(?:选|约|到|在|围)|就围"
)


def asks_for_money(text: str) -> bool:
    """Whether somebody asks for money at this moment, in normalised words."""
    return bool(_MONEY_ASKED.search(text))


def gathers(text: str) -> bool:
    """Whether a crowd is about to block or besiege something (聚集), in normalised words; to ask about it is not."""
    return bool(_CROWD.search(text) and _GATHERING.search(text) and _SOON.search(text))


def is_sexual(text: str) -> bool:
    """Whether normalised words speak of sexual harm: only then may the answer."""
    return bool(_SEXUAL.search(text))


def cues_of(text: str) -> list[str]:
    """Names of the topics, the cues, and each topic with each cue, that are found in a text."""
    topics = [kind for kind, pattern in TOPICS.items() if pattern.search(text)]
    cues = [name for name, pattern in CUES.items() if pattern.search(text)]
    plain = [] if "law" in cues or "past" in cues or "idiom" in cues else ["plain"]
    cues += plain
    return [*topics, *cues, *(f"{kind}+{cue}" for kind in topics for cue in cues)]
