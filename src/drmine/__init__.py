"""drmine: a living evidence map of why epilepsy resists drugs."""

__version__ = "0.1.0"
