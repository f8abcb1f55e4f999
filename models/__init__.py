"""Recipes that train, the small trained artefacts they write, and the scores expected of them."""
