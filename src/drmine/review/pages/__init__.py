"""The review app: pages in which reviewers correct the machine."""
