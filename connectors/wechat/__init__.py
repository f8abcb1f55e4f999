"""The WeChat official account (微信公众号)."""

from connectors.wechat.routes import build

__all__ = ["build"]
