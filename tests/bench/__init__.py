"""`make bench`: search, committed turns, start-up and memory, beside a bare Rasa REST server on the same model."""
