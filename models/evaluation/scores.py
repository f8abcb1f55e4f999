"""Scores of ranked lists and their bootstrap confidence intervals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

RESAMPLES = 1000


def recall_at(k: int, ranked: Sequence[object], right: Collection[object]) -> float:
    """The share of `right` among the first k."""
    return len(set(ranked[:k]) & set(right)) / len(set(right))


def reciprocal_rank(k: int, ranked: Sequence[object], right: Collection[object]) -> float:
    """1 / rank of the first right one among the first k, or 0."""
    return next((1 / rank for rank, one in enumerate(ranked[:k], 1) if one in right), 0.0)


def summarise(rows: Mapping[str, Sequence[float]]) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Mean and 95 % bootstrap interval of each score over questions; the seed is fixed."""
    random = np.random.default_rng(7)
    means, intervals = {}, {}
    for name, values in rows.items():
        sample = np.asarray(values, dtype=float)
        draws = sample[random.integers(0, len(sample), (RESAMPLES, len(sample)))].mean(axis=1)
        means[name] = round(float(sample.mean()), 4)
        intervals[name] = [round(float(q), 4) for q in np.quantile(draws, (0.025, 0.975))]
    return means, intervals


def latency(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    return {
        "p50": round(float(np.quantile(milliseconds, 0.5)), 2),
        "p99": round(float(np.quantile(milliseconds, 0.99)), 2),
    }
