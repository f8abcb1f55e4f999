"""Pages on which citizens fill in and hand in applications, and reckon what they may ask for."""

from connectors.forms.routes import build
from connectors.forms.sums import build_sums

__all__ = ["build", "build_sums"]
