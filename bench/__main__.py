"""Run all measurements: `make bench`."""

from bench import cold, fetch, importing, layers, memory, oracle, packs

for part in (fetch, importing, layers, oracle, cold, memory, packs):
    part.run()
