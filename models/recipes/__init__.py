"""One file a recipe; each writes its artefact beside this package."""
