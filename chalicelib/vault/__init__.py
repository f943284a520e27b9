"""How secrets are sealed, and where the keys for it lie."""
