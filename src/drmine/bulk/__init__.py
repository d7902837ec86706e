"""NLM's bulk files into the store, many at a time; knows nothing of Prefect.

The flow in ``flows/bulk.py`` calls it: ``sources`` finds the files and puts them in NLM's order,
``download`` brings those of a server, ``sieve`` reads one file and writes what is on the topic
beside the store (any number of files at once, in any process), ``taking`` puts what was sieved
into the store, in the order of the files, and ``summary`` says what came of each.
"""
