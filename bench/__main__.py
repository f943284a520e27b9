"""Run all measurements: `make bench`."""

from bench import cold, fetch, importing, layers, lists, memory, oracle, packs, states

for part in (fetch, importing, lists, states, layers, oracle, cold, memory, packs):
    part.run()
