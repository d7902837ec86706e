"""The invented demonstration corpus and its local E-utilities server."""
