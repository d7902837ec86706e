"""Records from PubMed: the query, the Entrez client, the readers."""
