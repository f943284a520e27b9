"""Which firmware is there, and which device is to have which."""
