"""Calls of the hotline (来电)."""
