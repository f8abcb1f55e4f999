"""Why a question was answered as it was (为什么这样答): what was heard, found, weighed and refused, for staff."""

from __future__ import annotations

from bot.answer import Answerer
from bot.findings import Asked
from bot.outcomes import Reply
from nlu.normalise import normalise
from nlu.questions import split_questions
from nlu.signals import signal

MOST = 5


def explain(answerer: Answerer, asked: Asked, reply: Reply) -> str:
    """Lines of plain text, the outcome last."""
    heard = normalise(asked.text).text
    found = answerer.find(asked.text, asked.on)
    weighed = answerer.weighed(asked.text, found)
    kind, excess = answerer.danger.likeliest(heard)
    lines = [
        f"听成：{heard}",
        f"信号：{signal(heard) or '无'}　危急：{answerer.danger.kind(heard) or '无'}（{kind} {excess:+.2f}）",
        f"问题数：{len(split_questions(asked.text))}",
        "案由：" + "，".join(f"{guess.matter} {guess.probability:.2f}" for guess in found.guesses[:MOST]),
        "指引："
        + "，".join(
            f"{c.entry.id} {c.score:.2f}（{'、'.join(f'{x:.2f}' for x in c.signals)}）" for c in found.candidates[:MOST]
        ),
        "法条：" + "，".join(f"{hit.document.name} {hit.score:.2f}" for hit in found.hits.articles[:MOST]),
        "证据：" + "，".join(f"{name} {value:.2f}" for name, value in weighed.items()),
        f"把握：{found.confidence:.3f}　判断：{found.verdict.value}",
    ]
    entry = answerer.entry(reply.entry or "")
    if entry:
        refused = answerer.refused(entry, asked)
        lines.append("引用关没有放行：" + ("，".join(refused) if refused else "无"))
    lines.append(f"结果：{reply.outcome} {reply.matter or ''} {reply.entry or ''}".rstrip())
    return "\n".join(lines)
