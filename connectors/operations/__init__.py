"""For whoever runs the service: is it well, is it ready, how much does it do."""

from connectors.operations.routes import add_to

__all__ = ["add_to"]
