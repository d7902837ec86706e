"""What reviewers are asked to look at, and how it is drawn."""
