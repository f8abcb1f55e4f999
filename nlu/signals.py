"""Words whose meaning must not depend on a model: a person wished for or refused, a bare choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

Signal = Literal["ask_human", "ask_case", "apply", "how_much", "go_back", "thank", "ask_capability", "deny", "choose"]

_PERSON = re.compile(
    r"转人工|人工(?:客服|服务|坐席|座席|接听)|^人工$|真人|(?:找|换|要|叫|跟|和|转)(?:个|一个|位|一位)?(?:活人|工作人员|客服|人来|人聊|人说|人谈)|"
    r"(?:叫|找|换|驳|接|请)(?:个|一个|你们|你|返|位)*(?:值班|当值)?的?(?:律师|职员|同事|主任|领导|工作人员)(?:出来|过来|来听|来跟|来和|同我|跟我|和我)|不(?:想)?(?:跟|和|要)机器人|别(?:让|用)机器人|我要(?:找)?人工|转(?:接)?(?:客服|律师|坐席|工作人员)|"
    r"(?:有没有|有冇|有无|能不能|可不可以|可以|想|要)[^，。？?！!]{0,4}(?:人|律师)[^，。？?！!]{0,6}"
    r"(?:全盘|全面|从头到尾|从头|整体|一对一|面对面|当面)[^，。？?！!]{0,6}(?:理|讲|谈|分析|说|跟进)"
)
_SOMEBODY = re.compile(
    r"人工|真人|活人|律师|客服|工作人员|坐席|座席|专员|顾问|职员|同事|老师|领导|有人|(?:找|换|叫|个|位|派|跟|和|同|要)人|人(?:来|呢|接|聊|谈|讲|帮|在|听|跟|和)|"
    r"机器|电话|转接|接通"
)
_NO_PERSON = re.compile(r"(?:不要|不用|不需要|别|先不)(?:给我|帮我)?(?:转人工|找真人|转接)")
_OTHER_WORDS = re.compile(r"人工(?:智能|费|成本|授精|流产)")
_ARE_YOU_ONE = re.compile(
    r"(?:是|係)(?:不是|唔係|咪)?真?人(?:还是|還是|定係|吗|嗎|嚟)|真人(?:还是|還是|定係|吗|嗎)|(?:是不是|係咪|係唔係)真人"
)
"""Whether one speaks with a person is no wish for one."""
_CASE = re.compile(
    r"(?:我的?|那个|转人工的?)(?:编号|单号|案件号|受理号|排队号)|(?:编号|单号|受理号)(?:是)?(?:多少|几|什么|忘)|"
    r"谁(?:会|来|要)?(?:联[系络]|回复|打(?:电话)?给)我|(?:什么时候|几时|多久|几点)(?:能|会|才)?(?:有人|工作人员|律师|你们)?(?:来)?(?:联[系络]|回复|理|打给)我|"
    r"(?:有没有|有)人(?:接手|处理|看)(?:了|我的)|怎么还没(?:有)?人(?:回|联[系络]|理)|我的?(?:法律援助|法援)?的?申请(?:现在)?(?:到哪|怎么样|进度|进展|批|通过|办|有没有|状态|结果)|排(?:队)?(?:到)?(?:第)?几(?:个|位|号)?了?$|我前面还有(?:几|多少)"
)
_OF_A_CASE = re.compile(
    r"编号|单号|案号|号码|案件|申请|进度|进展|排队|排到|排第|前面|联[系络]|回复|回电|打给|接手|处理|受理|跟进|(?:我的?|那件|这件)事|[理回]我|没人回|等(?:多|几|到)"
)
_APPLY = re.compile(
    r"(?:好的?|那)?[,， ]?(?:我们?|我家|帮我|替我|请)*(?:也|还|就|现在|马上)?(?:想要?|要|需要|希望|打算)?"
    r"(?:在?网上|在线|手机上?)?(?:申请|办理?|填写?|提交|报|预约|约)(?:一下|个|一份|一次)?(?:免费的?)?"
    r"(?:法律援助|法援|(?:人民)?调解|村?居?的?法律顾问)(?:的?(?:申请表?|表格?))?[吧啊呀啦了嘅。!！~ ]*"
)
_PAPER = (
    r"(?:劳动|民事|离婚|民间|借款|借贷|欠薪|讨薪|欠钱|工资|人身|安全|我的?|这个|这种|个人|的)*"
    r"(?:仲裁申请书?|仲裁书|起诉状|起诉书|诉状|状纸|保护令的?申请书?)"
)
_SAMPLE = r"(?:的?(?:草稿|模板|范本|范文|样本|格式|表格?|电子版))?"
_ASKING = (
    r"(?:请问|请|麻烦|能不能|可不可以|可唔可以|可以|能|你们?|帮我?|帮忙|替我|教我?|给我|我们?|也|还|就|"
    r"现在|自己|想|要|需要|打算|得|下一步|那|怎么|怎样|如何|点样?)*"
)
_WRITE = re.compile(
    rf"{_ASKING}(?:写|起草|草拟|拟|填写?|弄|准备|做|搞|生成|打印|下载)(?:一下|个|一?[份个张封])?{_PAPER}{_SAMPLE}"
    r"(?:怎么写|怎样写|点写|可以吗|行吗|好吗|得唔得|吗|吧|呢|啊|[?？。!！,， ])*"
    rf"|{_ASKING}{_PAPER}{_SAMPLE}(?:应该|要|到底|该|是|我)*(?:怎么|怎样|点样?|如何)(?:去)?(?:写|填|弄|准备|做|拟)(?:呢|啊|吗|呀|[?？。])*"
    rf"|(?:有没有|有冇|有无|有|给我|求|我?想?要|发我|提供|哪里有|哪里下载|边度有)(?:一下|个|一?[份个张封])?{_PAPER}{_SAMPLE}(?:吗|呢|啊|[?？。])*"
)
"""A paper for a court or an arbitration is to be written (写起诉状)."""
_BOOK = re.compile(
    r"(?:那|好的?|[,，]|请|帮我|我们?|想要?|要|需要|现在|怎么|如何|可以|能|在?网上)*"
    r"(?:(?:预约|约)(?:一下|个|一次)?(?:办|做)?公证|申请(?:司法)?鉴定咨询|申请减免鉴定费|"
    r"(?:对|不服)(?:你们|这个|那个|的)*(?:法律援助|法援|援助)(?:中心|处|机构|的|没批|不批|申请)*(?:决定|结果)?[,，]?(?:我?要|想)?"
    r"(?:提出?|申请|写)(?:一?个|一下|书面)*异议|"
    r"(?:投诉|举报)(?:一下)?(?:你们|这个|那个|这里|今天|12348|值班|的|法律援助|法援|援助|公共法律服务|热线|接电话)*"
    r"(?:工作人员|客服|律师|公证处|公证员|调解员|鉴定机构|鉴定所|法律顾问|接线员|话务员|热线|值班员|服务|机器人|平台|系统))"
    r"(?:处|员|的)?(?:怎么投诉|吗|吧|呢|啊|了|[?？。!！])*"
)
"""Something else that is done by form: a notary, a forensic expert, an objection, a complaint about the service."""
_CHOICE = re.compile(r"(?:选|我选|选择)?(?:第)?[1-4一二三四](?:个|项|种|条)?[。.，、!！]?")

MOST_ABOUT_CASE = 30
"""Longer words tell a story, in which somebody else may have a number."""


_HOW_MUCH = re.compile(
    r"(?:那|我|咁|请问|大概|大约|一共|到底|最多|总共|可以|应该|能够?|会|要|想知道|[,，])*(?:拿|赔|得|要|补|给|退|分|交|判|攞)"
    r"(?:到|得|偿|给我|回|返)*(?:多少|几多|几)(?:钱)?[呢啊呀嘅？?。 ]*"
)
_GO_BACK = re.compile(
    r"(?:那|好的?|行|我们?|我想|还是|先|不说(?:这个)?了|[,，])*"
    r"(?:回到|说回|讲回|聊回|转回|接着说|继续说|再说说?|返(?:去|番)讲(?:返)?)(?:一下)?"
    r"(?:(?:刚才|刚刚|之前|前面|头先|上面|最?开始).{0,14}(?:事情?|问题|那个|嗰件)|.{0,8}(?:的事情?|那件事|的问题|嗰件事))(?:上|来)?[吧呢啊。！!]*"
)
_EARLIER = re.compile(r"刚才|刚刚|之前|前面|头先|上面|开始|回到|说回|讲回|聊回")
_THANKS = re.compile(r"(?:好的?|嗯|哦)?[,，]?(?:谢谢|多谢|感谢|太感谢|唔该)[^?？吗呢怎如点几么但还]{0,18}")
_CAPABILITY = re.compile(
    r".{0,12}你们?(?:都|还|到底|究竟|究)?(?:能|可以|会)(?:够|帮我|帮人|帮我们)*(?:做|问|干|帮|解决|处理)(?:些|点)?(?:什么|咩|乜)(?:事|忙|问题)?[呢啊呀?？]*"
    r"|(?:请问|那|在)?(?:你们?|这里|这儿|这个(?:服务|平台)?|呢度|咨询|问(?:你们?|一下|问题))+(?:这里|这儿|是|都)?"
    r"(?:收费|收钱|要钱|免费|收唔收钱|要不要钱)(?:的)?[吗嘛么呢啊呀?？]*"
)
_ABOUT_US = re.compile(r"你|这里|这儿|呢度|平台|系统|小程序|公众号|功能|怎么用|点用|使用|咨询|(?:可以|能|得)问|机器")
_COURTESY = re.compile(
    r"(?:[嗯哦噢好行]|好[的吧呀嘞]|谢谢?(?:你|您|律师|了)?|多谢(?:晒|你|您)?|唔该(?:晒)?|感谢|知道了?|明白了?|收到|了解"
    r"|可以|没事了?|再见|ok|[,，。.！!~ ])+",
    re.IGNORECASE,
)


_LEAVE = re.compile(
    r"再见|拜|bye|88|走了|先这样|就这样|下次|晚安|回头|不聊|改天|下线|退出|挂了|没事了|没有(?:问题|别的|其他)",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"(?:不用|不要|不需要|没有|没|不是|不对|不|否|算了|先|了|都|也|的|那|好|啊|呀|吧|哦|嗯|谢谢|我|这|个|这个|那个|转|人工|想|行|可以|了解|必|暂时|目前|现在|"
    r"唔使|唔系|冇|别|给我|帮我|真人|转接|麻烦|你|您|问题|其他|别的|[,，。.！!~ ])+"
)


_OF_OTHERS = re.compile(r"信访|上访|投诉|举报|报警|报案|政府|法院|公司|老板|物业|医院|学校|派出所|警察|公安")
"""Whoever else may leave somebody waiting."""


def names_somebody(text: str) -> bool:
    """Whether normalised words name anyone who could be wished for: "说他帮人转账" tells a story."""
    return _SOMEBODY.search(text) is not None


def names_case(text: str) -> bool:
    """Whether normalised words name anything of a case that staff have: "有人在抖音骂我", "信访没人理我" do not."""
    return bool(_OF_A_CASE.search(text)) and not _OF_OTHERS.search(text)


def takes_leave(text: str) -> bool:
    """Whether there is a word of leave in normalised words: whoever names a sum takes none."""
    return bool(_LEAVE.search(text))


def only_denies(text: str) -> bool:
    """Whether normalised words say no and nothing else: "没有遗嘱" tells something."""
    return _DENIAL.fullmatch(text.strip()) is not None


def is_courtesy(text: str) -> bool:
    """Whether normalised words only thank, agree or take leave, so that nobody has to answer them."""
    return _COURTESY.fullmatch(text.strip()) is not None


_HEARD: tuple[tuple[Signal, Callable[[str], object]], ...] = (
    ("deny", _NO_PERSON.search),
    ("ask_case", lambda text: len(text) <= MOST_ABOUT_CASE and _CASE.search(text)),
    ("apply", lambda text: any(asked.fullmatch(text.strip()) for asked in (_APPLY, _WRITE, _BOOK))),
    ("how_much", lambda text: _HOW_MUCH.fullmatch(text.strip())),
    ("go_back", lambda text: _EARLIER.search(text) and _GO_BACK.fullmatch(text.strip())),
    ("thank", lambda text: _THANKS.fullmatch(text.strip())),
    ("ask_capability", lambda text: _CAPABILITY.fullmatch(text.strip())),
    ("ask_human", lambda text: _PERSON.search(text) and not (_OTHER_WORDS.search(text) or _ARE_YOU_ONE.search(text))),
    ("choose", lambda text: _CHOICE.fullmatch(text.strip())),
)
"""The first that is heard counts."""


def speaks_of_us(text: str) -> bool:
    """Whether normalised words may be about this service at all, rather than about a trouble."""
    return _ABOUT_US.search(text) is not None


def signal(text: str) -> Signal | None:
    """The signal in normalised words, or None."""
    return next((name for name, hears in _HEARD if hears(text)), None)
