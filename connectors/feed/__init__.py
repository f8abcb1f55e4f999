"""Suggestions for call-centre software (呼叫中心软件): it says what the caller says, and hears what that suggests."""

from connectors.feed.routes import build

__all__ = ["build"]
