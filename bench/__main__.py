"""Run all measurements: `make bench`."""

from bench import cold, fetch

for part in (fetch, cold):
    part.run()
