"""What `drmine status` says: what a workspace is, how it stands, and what to do next."""
