"""Run all measurements: `make bench`."""

from bench import cold, fetch, packs

for part in (fetch, cold, packs):
    part.run()
