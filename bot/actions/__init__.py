"""Rasa actions: each reads the turn, calls the pure core, and puts one reply on the dispatcher."""
