"""A classifier of abstracts for any taxonomy, from labelled examples and their words alone."""
