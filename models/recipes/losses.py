"""What the encoder is trained by: softmax over documents, over the points of an entry, and over other questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

TEMPERATURE = 0.04
NO_POINT = -1


def document_loss(vectors: Tensor, answers: Sequence[Sequence[int]], documents: Tensor) -> Tensor:
    """Softmax over all documents; those that answer share the mass."""
    logits = vectors @ documents.T / TEMPERATURE
    whole = torch.logsumexp(logits, dim=1)
    right = [torch.logsumexp(logits[i, list(found)], dim=0) for i, found in enumerate(answers) if found]
    kept = torch.tensor([bool(found) for found in answers])
    return (whole[kept] - torch.stack(right)).mean() if right else whole.sum() * 0


def point_loss(vectors: Tensor, answers: Sequence[Sequence[int]], points: Tensor, documents: Tensor) -> Tensor:
    """For questions of a point: softmax over it and the documents that do not answer; the others that do stay out."""
    kept = points != NO_POINT
    if not bool(kept.any()):
        return vectors.sum() * 0
    logits = vectors @ documents.T / TEMPERATURE
    for i, found in enumerate(answers):
        logits[i, [place for place in found if place != int(points[i])]] = -1e4
    return functional.cross_entropy(logits[kept], points[kept]) * kept.float().mean()


class Kinship(NamedTuple):
    """Numbers of the group, matter and point of every question, int64 (questions,)."""

    groups: Tensor
    matters: Tensor
    points: Tensor


def question_loss(vectors: Tensor, rows: Tensor, about: Tensor, bank: Tensor, kin: Kinship) -> Tensor:
    """Softmax over the other questions. Those of the point asked `about` share the mass, or those of the group where
    none is; other points of the group count against it, and others of its matter are left out.
    """
    logits = vectors @ bank.T / TEMPERATURE
    group, matter = _alike(kin.groups, rows), _alike(kin.matters, rows)
    point, asks_point = about[:, None] == kin.points[None, :], (about != NO_POINT)[:, None]
    itself = rows[:, None] == torch.arange(len(bank))[None, :]
    positive = torch.where(asks_point, point, group) & ~itself
    rival = group & asks_point & (kin.points != NO_POINT)[None, :]
    logits = logits.masked_fill(itself | (matter & ~positive & ~rival), -1e4)
    kept = positive.any(dim=1)
    if not bool(kept.any()):
        return logits.sum() * 0
    right = torch.logsumexp(logits.masked_fill(~positive, -1e4)[kept], dim=1)
    return (torch.logsumexp(logits[kept], dim=1) - right).mean()


def _alike(numbers: Tensor, rows: Tensor) -> Tensor:
    """Which questions have the number of each row's, bool (rows, questions)."""
    return numbers[rows][:, None] == numbers[None, :]
