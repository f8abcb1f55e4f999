"""Chinese text in, meaning out: pure functions and small trained models, with thin Rasa components on top."""
