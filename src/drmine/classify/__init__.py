"""Relevance, hypotheses, stance, origin and study type, each with score and evidence."""
