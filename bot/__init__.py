"""The conversation: what to say, when to ask back, and when to hand over."""
