"""Prometheus metrics; no label ever holds what a citizen said."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("wenfa_turns_total", "Turns done, by outcome", ["outcome"])
TURNS_FAILED = Counter("wenfa_turns_failed_total", "Attempts at a turn in which the assistant failed")
TURNS_GIVEN_UP = Counter("wenfa_turns_given_up_total", "Turns closed with an apology after several failures")
TURN_SECONDS = Histogram(
    "wenfa_turn_seconds",
    "Seconds from acceptance to commit of a turn",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CASES_OPENED = Counter("wenfa_cases_opened_total", "Cases opened, by reason", ["reason"])
OUTBOX_DELIVERIES = Counter(
    "wenfa_outbox_deliveries_total", "Delivery attempts, by topic and result", ["topic", "result"]
)
READY = Gauge("wenfa_ready", "1 when questions are answered")
