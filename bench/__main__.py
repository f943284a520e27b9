"""Run all measurements: `make bench`."""

from bench import cold, fetch, importing, layers, lists, memory, oracle, packs

for part in (fetch, importing, lists, layers, oracle, cold, memory, packs):
    part.run()
