"""The whole guidance to read, print and share without a conversation (法律指引), and as open data."""

from connectors.guide.routes import build

__all__ = ["build"]
