"""Rasa graph components over the pure modules of this package.

Rasa registers components by bare class name and fingerprints only their own source: every class here is named
`Legal…`, and `fingerprint_addon` covers the helpers and data each one calls.
"""
