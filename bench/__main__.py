"""Run all measurements: `make bench`."""

from bench import cold, fetch, memory, oracle, packs

for part in (fetch, oracle, cold, memory, packs):
    part.run()
