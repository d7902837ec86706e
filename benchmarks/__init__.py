"""Benchmarks and long trials: one command each, ``python -m benchmarks.NAME``."""
