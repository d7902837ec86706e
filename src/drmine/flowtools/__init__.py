"""What the flows share; with ``jobs``, the only part of the library that knows Prefect.

``runs`` says what is tried again and how errors are logged, ``steps`` measures and shows what a
run did, ``notify`` tells people of failed runs, ``pool`` spreads tasks over threads, processes or
Dask, ``server`` starts Prefect's server (``watched`` ends it with its run), ``deployments`` reads
``prefect.yaml`` and ``serving`` runs what stands there on schedule.
"""
