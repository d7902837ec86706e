"""The hypotheses of drug resistance, as data."""
