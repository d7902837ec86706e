"""The steps of a refresh, with plain values in and out; knows nothing of Prefect.

The flow in ``flows/refresh.py`` calls them: ``job`` begins, ``fetch`` brings records into the
store, ``label`` tags and classifies them, ``outputs`` writes trend files, report and manifest.
"""
