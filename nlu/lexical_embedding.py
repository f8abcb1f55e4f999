"""A static sentence encoder as a sentence-transformers input module of our own.

sentence-transformers' `StaticEmbedding` weighs a token alike in questions and in articles, and its `load` builds
the base class whatever was saved. `LexicalEmbedding` keeps one vector a feature (every vocabulary string of one to
six characters found anywhere in the text), two weights a feature (question, document), and its own save and load.
Vectors are stored as int8 with one scale a feature.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers.base.modules.input_module import InputModule
from torch.nn import functional

LONGEST_FEATURE = 6


class LexicalEmbedding(InputModule):  # type: ignore[misc]
    """Normalised sum of weighted feature vectors.

    `vectors` float32 (V, D); `question_weights`, `document_weights` float32 (V,); `vocabulary` V strings.
    """

    def __init__(
        self,
        vocabulary: list[str],
        vectors: NDArray[Any],
        question_weights: NDArray[Any],
        document_weights: NDArray[Any],
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self._ids = {feature: i for i, feature in enumerate(vocabulary)}
        self.vectors = torch.nn.Parameter(torch.from_numpy(vectors.astype(np.float32)))
        self.question_weights = torch.nn.Parameter(torch.from_numpy(question_weights.astype(np.float32)))
        self.document_weights = torch.nn.Parameter(torch.from_numpy(document_weights.astype(np.float32)))

    def feature_counts(self, text: str) -> Counter[int]:
        """Feature id -> number of times it stands in `text`, overlaps included."""
        lowered = text.lower()
        found: Counter[int] = Counter()
        for start in range(len(lowered)):
            for end in range(start + 1, min(start + LONGEST_FEATURE, len(lowered)) + 1):
                feature = self._ids.get(lowered[start:end])
                if feature is not None:
                    found[feature] += 1
        return found

    def preprocess(
        self, inputs: list[str], prompt: str | None = None, task: str | None = None, **_: Any
    ) -> dict[str, torch.Tensor]:
        """Ids, sqrt counts and offsets in `embedding_bag` form; `task` "query" selects the question weights."""
        counted = [self.feature_counts((prompt or "") + text) for text in inputs]
        ids = [i for counts in counted for i in counts]
        tallies = [n**0.5 for counts in counted for n in counts.values()]
        lengths = [len(counts) for counts in counted]
        return {
            "input_ids": torch.tensor(ids, dtype=torch.long),
            "tallies": torch.tensor(tallies, dtype=torch.float32),
            "offsets": torch.tensor(np.cumsum([0, *lengths[:-1]]), dtype=torch.long),
            "is_question": torch.tensor(task == "query"),
        }

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        weights = self.question_weights if bool(features["is_question"]) else self.document_weights
        ids = features["input_ids"]
        bag = functional.embedding_bag(
            ids,
            self.vectors,
            features["offsets"],
            mode="sum",
            per_sample_weights=features["tallies"] * weights[ids],
        )
        features["sentence_embedding"] = functional.normalize(bag, dim=-1)
        return features

    @property
    def max_seq_length(self) -> float:
        return float("inf")

    def get_embedding_dimension(self) -> int:
        return int(self.vectors.shape[1])

    def get_config_dict(self) -> dict[str, Any]:
        return {"features": len(self.vocabulary), "dimension": self.get_embedding_dimension()}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        folder = Path(output_path)
        vectors = self.vectors.detach().numpy()
        scale = np.abs(vectors).max(axis=1, keepdims=True).clip(1e-12) / 127
        np.savez_compressed(
            folder / "features.npz",
            vectors=np.round(vectors / scale).astype(np.int8),
            scale=scale[:, 0].astype(np.float32),
            question_weights=self.question_weights.detach().numpy().astype(np.float32),
            document_weights=self.document_weights.detach().numpy().astype(np.float32),
        )
        (folder / "vocabulary.json").write_text(json.dumps(self.vocabulary, ensure_ascii=False), encoding="utf-8")
        self.save_config(output_path)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **_: Any) -> Self:
        folder = Path(model_name_or_path) / subfolder
        stored = np.load(folder / "features.npz")
        return cls(
            json.loads((folder / "vocabulary.json").read_text(encoding="utf-8")),
            stored["vectors"].astype(np.float32) * stored["scale"][:, None],
            stored["question_weights"],
            stored["document_weights"],
        )
