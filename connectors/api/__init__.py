"""The open API (开放接口): turns and what was said, as JSON."""

from connectors.api.routes import build

__all__ = ["build"]
