"""Systems that take over cases and applications (接收系统): what they are sent, signed, and what they answer."""

from connectors.intake.routes import build

__all__ = ["build"]
