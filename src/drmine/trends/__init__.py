"""Counts, statistics and the CSV data package."""

from drmine.trends.package import write_trends
from drmine.trends.tables import Tables, TrendsResult

__all__ = ["Tables", "TrendsResult", "write_trends"]
