"""The mechanism vocabulary, as reviewed TSV files."""
