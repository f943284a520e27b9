"""Throw what a fuzzer makes up at the readers: `make fuzz TARGET=name SECONDS=60`.

Without a target each one gets its turn, in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

import atheris  # type: ignore[import-untyped]


def main() -> None:
    """Fuzz one target, or all of them one after another."""
    chosen, seconds = sys.argv[1], sys.argv[2]
    if chosen == "all":
        _fuzz_all(seconds)
        return
    with atheris.instrument_imports(include=["chalicelib"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[chosen]

    def throw(raw: bytes) -> None:
        target(atheris.FuzzedDataProvider(raw).ConsumeUnicode(len(raw)))

    with tempfile.TemporaryDirectory() as corpus:
        options = [f"-max_total_time={seconds}", "-timeout=10", "-max_len=4096", "-verbosity=0"]
        atheris.Setup([sys.argv[0], "-print_final_stats=1", *options, corpus], throw)
        atheris.Fuzz()


def _fuzz_all(seconds: str) -> None:
    from tests.fuzz.targets import TARGETS

    for name in TARGETS:
        print(f"fuzz: {name} for {seconds} s", file=sys.stderr)  # noqa: T201 - for its user
        done = subprocess.run([sys.executable, "-m", "tests.fuzz", name, seconds], check=False)
        if done.returncode != 0:
            raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
