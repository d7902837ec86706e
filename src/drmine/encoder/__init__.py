"""Sentence encoders of the user's own: models that turn a sentence into a vector (optional)."""
