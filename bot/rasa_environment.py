"""Settings Rasa reads from the process: no telemetry, no words of citizens in logs. Import before anything of Rasa."""

from __future__ import annotations

import logging
import os
import warnings


def quiet_rasa() -> None:
    """Idempotent; must run before the first import of `rasa`.

    Unconfigured structlog prints users' messages at DEBUG, and Rasa's telemetry would open connections.
    """
    os.environ.update(
        RASA_TELEMETRY_ENABLED="false",
        TF_CPP_MIN_LOG_LEVEL="3",
        SQLALCHEMY_SILENCE_UBER_WARNING="1",
        CUDA_VISIBLE_DEVICES="",
        LOG_LEVEL="ERROR",  # or it draws progress bars
    )
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in ("rasa", "rasa_sdk", "tensorflow", "matplotlib", "apscheduler"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"rasa|tensorflow|sanic|pkg_resources|jieba|sklearn|tf_keras")
