"""What was built and is damaged is built again."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

import pytest

from bot.assistant import Question
from bot.dialogue_model import dialogue_model_path
from connectors.building import Tools, ensure_dialogue_model, load_assistant
from connectors.settings import Settings
from tests.conftest import TODAY


@pytest.mark.parametrize("kept", [0.0, 0.5])
async def test_damaged_dialogue_model_is_trained_again(
    tmp_path: Path, tools: Tools, model_settings: Settings, monkeypatch: pytest.MonkeyPatch, kept: float
) -> None:
    """The training is a copy of the sound model; what reads the damaged one is Rasa."""
    sound = ensure_dialogue_model(model_settings, tools)
    path = dialogue_model_path(tmp_path, tools.knowledge.library, tools.encoder.identity)
    path.parent.mkdir(parents=True)
    path.write_bytes(sound.read_bytes()[: int(sound.stat().st_size * kept)])
    monkeypatch.setattr("bot.dialogue_model.train_dialogue", lambda target, *_: shutil.copy(sound, target))
    monkeypatch.setattr("connectors.building.open_tools", lambda *_: tools)
    assistant = load_assistant(Settings.read({"WENFA_HOME": str(tmp_path)}))
    result = await assistant.reply(Question(secrets.token_hex(8), "老板拖欠我三个月工资怎么办", TODAY), None)
    assistant.close()
    assert result.reply.matter == "labour.unpaid_wages"
