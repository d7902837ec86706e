"""Counts, statistics and the CSV data package."""
