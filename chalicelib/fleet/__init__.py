"""Use cases of administrators: devices, extensions, and what config.yml declares of both."""
