"""The open API: turns, conversations, health."""
