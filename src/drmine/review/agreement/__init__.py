"""How far reviewers agree with each other, and the machine with each of them."""
