"""Measuring: scores with confidence intervals from files of questions."""
