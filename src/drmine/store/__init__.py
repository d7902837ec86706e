"""The database of records and annotations."""
