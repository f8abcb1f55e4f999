"""Several questions in one message (一句话问几件事): what was said, cut after each question."""

from __future__ import annotations

import re

_CLAUSES = re.compile(r"[^，,。！!？?；;\n]*[，,。！!？?；;\n]+|[^，,。！!？?；;\n]+")
_ASKS = re.compile(
    r"[？?]|怎么办|怎么[^，。]{0,8}$|咋办|咋整|点算|點算|点办|点搞|点样|(?:吗|嘛|么|呢|咩)[？?，,。；;!！\s]*$|"
    r"多少(?:钱|天|年)?|多久|几[天年岁个]|哪里|哪个部门|边度|能不能|可不可以|可唔可以|是不是|算不算|有没有|要不要|归谁|找谁|"
    r"(?:想|要)(?:问|知道|咨询)|谁(?:来)?(?:出|赔|付|给|管|负责)|([\u4e00-\u9fff])不\1|有没|会不会"
)
_NEXT = re.compile(r"^(?:另外|还有|再问|再就是|顺便|此外|第[二三]个?(?:问题)?|其次|同埋|仲有)")
_LEAST_LETTERS = 5
_BARE_WORDS = (
    r"请问|那么?|这样?|这种|我|您|你|他|她|它|们|要|得|能|会|可以|应该|应当|一般|通常|大概|最多|最少|至少|到底|该|去|找|谁|哪里|哪儿|哪个|哪|"
    r"什么|怎么样|怎么|怎样|如何|办|做|算|赔偿|补偿|赔|给|拿|多少|几多|几|多久|多长|时间|钱|有|没有|需要|准备|材料|手续|流程|下一步|然后|接着|"
    r"出了?事|事情|事|情况|先|还|来得及|才|就|行|不行|好|咋|咗|出|㗎|嘅|咩|点样|点算|点|边度|吗|嘛|呢|啊|呀|吧|了|的|下|呗|哦|"
    r"不|合同|协议|签|字|反悔|问题|帮|看|一|个|能不能|可不可以|文件|弄|想|问|咨询|请教|损失|费用|责任|后果|依据|法律|规定|判|关"
)
_WAY_WORDS = (
    r"法院|仲裁|起诉|告状|告|打官司|官司|立案|投诉|举报|报警|公证处?|律师|现在|今天|明天|以后|之前|之内|以内|期限|时效|过期|"
    r"过了|超过|晚|迟|地方|机构|部门|窗口|电话|赢|输|证据|不去|去|找|用|上|在|是|把|到|鉴定|评估|认定|申请|复核|分期|协商|调解|坐牢|判刑|会不会|总共|一共|他们|我们|咱们|这个|那个|这些"
)
_BARE = re.compile(f"(?:{_BARE_WORDS})+")
_ONLY_A_WAY = re.compile(f"(?:{_WAY_WORDS}|{_BARE_WORDS})+")


def asks(text: str) -> bool:
    """Whether the words ask for something; otherwise they tell."""
    return bool(_ASKS.search(text.strip()))


def is_bare(text: str) -> bool:
    """Whether a normalised question ("赔多少", "那要多久") names nothing that would tell what it is about."""
    return bool(_BARE.fullmatch(re.sub(r"\W", "", text)))


_REFUSAL_WORDS = (
    r"对方|人家|他们|她们|对家|不?肯|不?愿意?|死活|就是|一直|总是|老是|拖着?|赖着?|推|不?同意|不?承认|不?认账?|不?配合|不?理我?|不?管|退|还|"
    r"解决|处理|负责|答应|回应|回复|开口|说|讲|话|关事|关的事"
)
_ONLY_REFUSES = re.compile(f"(?:{_REFUSAL_WORDS}|{_BARE_WORDS})+")
_PRONOUN = re.compile(r"他|她|对方|人家|对家")


def refuses_only(text: str) -> bool:
    """Whether normalised words say no more than that somebody unnamed refuses ("他不肯赔怎么办")."""
    plain = re.sub(r"\W", "", text)
    return bool(_PRONOUN.search(plain)) and bool(_ONLY_REFUSES.fullmatch(plain))


_LEADS_ON = re.compile(
    r"(?:那|那么|可是|但是|但|不过|要是|如果|假如|万一|还有|而且|另外)?[，, ]*"
    r"(?:(?:如果|要是|万一|假如)?(?:他|她|它|他们|她们|它们|对方|人家|这个人|那个人)(?!妈|爸))"
)


def leads_on(text: str) -> bool:
    """Whether normalised words begin with somebody who was named before ("要是他跑了", "对方不同意")."""
    return _LEADS_ON.match(text) is not None


_REFERS_BACK = re.compile(
    r"(?:那|可是|但是|但|不过|现在|结果|后来|因为|而且|[，, ])*"
    r"(?:老板|房东|租客|物业|商家|店家|店里|卖家|公司|单位|厂里|学校|老师|医院|医生|经理|主管|领导|包工头|工头|司机|车主|保险公司|"
    r"警察|派出所|法院|法官|大哥|二哥|大姐|平台|客服|中介|狗主人|村里|村委|银行|那边|那家)"
)


def refers_back(text: str) -> bool:
    """Whether normalised words begin with somebody as if known already ("老板电话打不通", "他是租客").

    Who names himself as well ("老板拖欠我工资") tells something of his own.
    """
    return leads_on(text) or (_REFERS_BACK.match(text) is not None and "我" not in text)


_NO_MONEY_FOR_A_LAWYER = re.compile(
    r"(?:请|找|打|用)不起(?:个|一个)?(?:律师|官司)|(?:没有?|冇)(?:什么|咩)?(?:钱|能力)(?:去)?(?:请|找|付)(?:个|一个)?律师|"
    r"(?:请|找)?(?:个|一个)?律师费?(?:也|都|好|很|太|那么|咁)*(?:贵|付不起|出不起|拿不出)|打官司(?:太|很|要)?(?:贵|花不起)"
)


def cannot_pay_a_lawyer(text: str) -> bool:
    """Whether normalised words say that a lawyer cannot be paid for."""
    return _NO_MONEY_FOR_A_LAWYER.search(text) is not None


_WHERE = re.compile(r"哪|边度|找谁|找什么|什么地方|部门|窗口|(?:怎么|怎样|如何)(?:去)?(?:告|投诉|申请|举报|起诉|仲裁)")


def asks_where(text: str) -> bool:
    """Whether normalised words ask where to go and name no matter."""
    return asks_the_way(text) and _WHERE.search(text) is not None


def asks_the_way(text: str) -> bool:
    """Whether a normalised question ("那我去哪个法院告", "现在告还来得及吗") names a way and a time, and no matter."""
    return bool(_ONLY_A_WAY.fullmatch(re.sub(r"\W", "", text)))


def asking_part(text: str) -> str:
    """What normalised words ask, without what they tell around it: the last clause that asks, with those before it as
    far as they are needed to say about what. "我老公走了，留下一套房，债要不要还": the last. All of it where nothing
    asks.
    """
    clauses = _CLAUSES.findall(text)
    last = next((i for i in reversed(range(len(clauses))) if _ASKS.search(clauses[i].strip())), None)
    if last is None:
        return text
    first = last
    while first and not _says_about_what("".join(clauses[first : last + 1])):
        first -= 1
    return "".join(clauses[first : last + 1]).strip("，,；; \n")


_ONLY_JUDGES = re.compile(
    r"(?:这样|这种|这|那|做法|做|他们|他|公司|老板|单位|学校|对方|是不是|算不算|是|算|合不合|合法|合理|违法|犯法|有道理|正常|对|错|有效|算数|符合|法律|规定|"
    r"不|了|的|吗|吧|呢|啊|么)+"
)


def _says_about_what(part: str) -> bool:
    plain = re.sub(r"\W", "", part)
    says = not (is_bare(part) or asks_the_way(part) or refuses_only(part) or _ONLY_JUDGES.fullmatch(plain))
    return _stands_alone(part) and says


def split_questions(text: str) -> list[str]:
    """The message cut after each clause that asks; what is told goes with the question it leads to.

    A trailing part that asks nothing goes with the question before it, and so does one too short to stand alone.
    """
    parts: list[str] = []
    current = ""
    for clause in _CLAUSES.findall(text):
        if current and _NEXT.match(clause.strip()) and _stands_alone(current):
            parts.append(current)
            current = ""
        current += clause
        if _ASKS.search(clause.strip()):
            parts.append(current)
            current = ""
    if current:
        parts.append(current)
    return _joined([part.strip() for part in parts if part.strip()])


def _stands_alone(text: str) -> bool:
    return len(re.sub(r"\W", "", text)) >= _LEAST_LETTERS


def _joined(parts: list[str]) -> list[str]:
    """Parts too short to stand alone, and a last one that asks nothing, go with the part before."""
    joined: list[str] = []
    for index, part in enumerate(parts):
        asks = bool(_ASKS.search(part))
        last_tells = index == len(parts) - 1 and not asks and not _NEXT.match(part)
        if joined and (not _stands_alone(part) or last_tells):
            joined[-1] = f"{joined[-1]}{part}"
        else:
            joined.append(part)
    return joined
