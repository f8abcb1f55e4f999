"""The dialogue model (对话模型): trained from the Rasa project and the library's lay questions, kept by fingerprint."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from knowledge.library import Library
from nlu.fingerprint import TEXT_PATH, digest_of

PROJECT = Path(__file__).parent / "project"
LEGAL_EXAMPLES = 1500
"""A sample of all lay questions: wide enough that everyday words of trouble are known to be legal."""

_CODE = (*TEXT_PATH, "nlu/components", "nlu/signals.py")
_PROJECT = ("bot/project", "bot/dialogue_model.py")


def dialogue_fingerprint(library: Library, encoder_identity: str) -> str:
    """Changes with the project, the questions, the encoder, or the code of our components."""
    parts = (encoder_identity, digest_of(*_CODE, *_PROJECT), *legal_examples(library))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def dialogue_model_path(home: Path, library: Library, encoder_identity: str) -> Path:
    """Where the current dialogue model lies, or will lie once trained."""
    return home / "dialogue" / f"{dialogue_fingerprint(library, encoder_identity)}.tar.gz"


def train_dialogue(target: Path, library: Library, encoder: str | None, progress: Callable[[str], None]) -> None:
    """Trains and puts the model in place; older models of the folder are dropped."""
    from bot.rasa_environment import quiet_rasa

    quiet_rasa()
    target.parent.mkdir(parents=True, exist_ok=True)
    os.environ["RASA_CACHE_DIRECTORY"] = str(target.parent / "cache")  # the default is the working directory
    from rasa.model_training import train

    progress("正在训练对话模型")
    with tempfile.TemporaryDirectory(dir=target.parent) as draft:
        config = write_config(Path(draft), encoder)
        questions = write_legal_examples(Path(draft), library)
        with contextlib.redirect_stdout(io.StringIO()):  # Rasa reports there what nobody here needs
            result = train(
                domain=str(PROJECT / "domain.yml"),
                config=str(config),
                training_files=[str(PROJECT / "data"), str(questions)],
                output=draft,
                fixed_model_name="model",
            )
        shutil.move(str(result.model), target)
    for other in target.parent.glob("*.tar.gz"):
        if other != target:
            other.unlink(missing_ok=True)


def write_config(folder: Path, encoder: str | None) -> Path:
    """The project's pipeline with the encoder of the settings."""
    config = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        if component["name"].endswith("LegalFeaturizer"):
            component["encoder"] = encoder
    path = folder / "config.yml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return path


def write_legal_examples(folder: Path, library: Library) -> Path:
    """The library's questions as Rasa training data."""
    lines = "\n".join(f"- {text}" for text in legal_examples(library))
    data = {"version": "3.1", "nlu": [{"intent": "ask_legal", "examples": lines}]}
    path = folder / "legal.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def legal_examples(library: Library) -> list[str]:
    """A fixed sample of the lay questions of entries and digests; brackets mean entities to Rasa."""
    questions = [q for entry in library.entries.values() for q in entry.questions]
    questions += [q for digest in library.digests.values() for q in digest.questions]
    chosen = random.Random(7).sample(questions, min(LEGAL_EXAMPLES, len(questions)))
    return sorted(q.translate(str.maketrans("[]{}()\n", "（）（）（），")) for q in chosen)
