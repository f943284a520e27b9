"""Run all measurements: `make bench`."""

from bench import cold, fetch, layers, memory, oracle, packs

for part in (fetch, layers, oracle, cold, memory, packs):
    part.run()
