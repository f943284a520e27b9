"""Run all measurements: `make bench`."""

from bench import cold, fetch, oracle, packs

for part in (fetch, oracle, cold, packs):
    part.run()
