"""Classifiers held against labels that people gave."""
