"""What reviewers decided: kept in files, read, and put in the machine's place."""
