"""The outside world: web, API, case files, outbox, command line. Nothing imports this package."""
