"""Pages on which citizens fill in and hand in applications."""

from connectors.forms.routes import build

__all__ = ["build"]
