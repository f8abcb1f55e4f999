"""Every action of the domain, made with what it needs."""

from __future__ import annotations

from bot.actions.base import ReplyAction
from bot.actions.legal import AnswerAction, ChooseAction, GoBackAction, HowMuchAction, SectionAction, SimplerAction
from bot.actions.talk import (
    AffirmAction,
    ApplyAction,
    CaseAction,
    CrisisAction,
    DenyAction,
    HandOverAction,
    RecapAction,
    SayAction,
)
from bot.answer import Answerer
from bot.wording import Wording


def all_actions(answerer: Answerer, wording: Wording) -> list[ReplyAction]:
    legal = (
        AnswerAction,
        ChooseAction,
        SectionAction,
        SimplerAction,
        HowMuchAction,
        GoBackAction,
        ApplyAction,
        AffirmAction,
        CrisisAction,
        RecapAction,
        SayAction,
        DenyAction,
        HandOverAction,
        CaseAction,
    )
    return [action(answerer, wording) for action in legal]
