"""Relevance, hypotheses, stance, origin and study type."""
