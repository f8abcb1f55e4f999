"""Systems that take over cases."""
