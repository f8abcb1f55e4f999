"""The citizen's page (网页咨询)."""

from connectors.webchat.routes import build

__all__ = ["build"]
