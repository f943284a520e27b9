"""What does it cost to load a vendor pack, to recognise a phone, and to write a large file?"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jinja2

from bench.measure import median_us, row
from chalicelib.catalog import Catalog
from chalicelib.domain.vendor import Template
from chalicelib.domain.vocabulary import speak
from chalicelib.rendering import Renderer
from tests.packs.sample import DEVICES, FILES, PROVISIONING_URL, server_for

_AGENT = "Yealink SIP-T46S 66.86.0.15 00:15:65:aa:{:02x}:{:02x}"


def run() -> None:
    """Measure, and print a row each."""
    print("Vendor packs")
    _load()
    _recognise()
    _write()


def _load() -> None:
    row("the index of all packs", _best_ms(lambda: Catalog().vendors), "ms")
    by_vendor = {vendor: _best_ms(partial(_load_one, vendor)) for vendor in Catalog().vendors}
    slowest = max(by_vendor, key=lambda vendor: by_vendor[vendor])
    what = f"index and one pack, from nothing ({slowest}, the slowest)"
    row(what, by_vendor[slowest], "ms", aim="aim < 10")
    row("index and all packs, from nothing", _best_ms(lambda: Catalog().packs), "ms")


def _load_one(vendor: str) -> None:
    Catalog().rules("{mac}.cfg", vendor)


def _recognise() -> None:
    one = _best_ms(lambda: Catalog().identify(_AGENT.format(0, 0), first="yealink"))
    row("one pack's patterns and the first User-Agent, from nothing", one, "ms")
    row("all packs' patterns, from nothing", _best_ms(lambda: Catalog().identifier), "ms")
    # Each one another: those that were heard before are remembered.
    agents = (_AGENT.format(*divmod(number, 256)) for number in itertools.count())
    catalog = Catalog()
    known = median_us(lambda: catalog.identify(next(agents), first="yealink"))
    row("a User-Agent of the registered vendor", known, "us", aim="aim < 20")
    strange = median_us(lambda: catalog.identify(next(agents), first="zip"))
    row("a User-Agent of another vendor", strange, "us", aim="aim < 20")


def _write() -> None:
    dossier, _ = DEVICES["maximal"]
    renderer = Renderer()
    slowest: dict[str, tuple[float, float, float, str]] = {}
    for template in dict.fromkeys(template for _, _, template in FILES):
        pack, model, _ = next(entry for entry in FILES if entry[2] == template)
        server = server_for(pack, "maximal", model)

        def find_words() -> dict[str, object]:
            return speak(
                dossier,
                server=server,  # noqa: B023 - called at once
                pack=pack,  # noqa: B023
                model=model,  # noqa: B023
                provisioning_url=PROVISIONING_URL,
            )

        words = find_words()
        bare = _bare(template)
        speaking = median_us(find_words, rounds=200)
        rendering = median_us(lambda: renderer.render(template, words), rounds=200)  # noqa: B023
        plain = median_us(lambda: bare.render(words), rounds=200)  # noqa: B023
        found = (rendering, speaking, rendering / plain, template.name)
        slowest[pack.vendor] = max(slowest.get(pack.vendor, (0.0, 0.0, 0.0, "")), found)
    print("  the slowest file of each vendor, of a maximal device")
    for rendering, speaking, ratio, name in slowest.values():
        row(f"  {name}: finding the words", speaking, "us")
        row(f"  {name}: rendering", rendering, "us", aim="aim < 300")
        row(f"  {name}: rendering / bare Jinja", ratio, "x", aim="aim < 1.5")


class _Bare(jinja2.Environment):
    """Jinja as it comes, but for names that dictionaries have as methods: `facts.keys`."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - as Jinja has it
        return self.getitem(obj, attribute)


def _bare(template: Template) -> jinja2.Template:
    """The same text without escaping and without our language."""
    bare = _Bare(
        loader=jinja2.DictLoader(dict(template.parts)), trim_blocks=True, lstrip_blocks=True
    )
    return bare.from_string(template.source)


def _best_ms(call: Callable[[], object]) -> float:
    """The best of five, as no machine is ever quiet."""
    durations = []
    for _ in range(5):
        started = time.perf_counter()
        call()
        durations.append(time.perf_counter() - started)
    return min(durations) * 1000
