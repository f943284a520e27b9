"""Who may ask for what: the proofs of devices, the tokens and roles of administrators."""
