"""Which lines tell a DHCP server where the phones of a vendor find Offhook?

The options are facts of the vendor packs. A vendor's phones are told apart by what they say in
option 60 and by their MAC prefixes; all others get option 66.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chalicelib.catalog import BUILT_IN
from chalicelib.catalog.facts import Facts

SERVERS = ("dnsmasq", "kea", "isc", "mikrotik", "windows")
_LONGEST_OPTION = 255


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One DHCP option; of option 43 the `part` inside of it, None where it holds plain text."""

    number: int
    part: int | None
    value: str

    @property
    def encoded(self) -> bytes:
        """The bytes of the option."""
        text = self.value.encode()
        return text if self.part is None else bytes((self.part, len(text))) + text


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """What the phones of a vendor are to be told.

    They are known by what their option 60 begins with (`classes`) and by the `prefixes` of their
    MAC addresses, such as `80:5e:c0`; not each model says the former.
    """

    vendor: str
    options: tuple[Option, ...]
    classes: tuple[str, ...]
    prefixes: tuple[str, ...]


def advise(url: str, vendors: Sequence[str] = ()) -> list[Advice]:
    """The options of these vendors, or of all that our facts name one for."""
    facts = Facts(BUILT_IN)
    wanted = vendors or list(facts.entries)
    return [found for vendor in wanted if (found := _advise(facts.read(vendor), url))]


def write(server: str, advices: Sequence[Advice], url: str) -> list[str]:
    """The lines for one kind of DHCP server."""
    return list(_WRITERS[server](advices, url))


def _advise(facts: Mapping[str, Any], url: str) -> Advice | None:
    listed = facts.get("address", {}).get("dhcp", ())
    options = tuple(
        Option(number=each["option"], part=each.get("part"), value=_fill(each["value"], url))
        for each in listed
    )
    if not options:
        return None
    classes = _beginnings(facts.get("option_60", ()))
    prefixes = tuple(map(str.lower, facts.get("mac_prefixes", ())))
    return Advice(vendor=facts["vendor"], options=options, classes=classes, prefixes=prefixes)


def _beginnings(signs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What option 60 surely begins with, in each case that phones were seen to use."""
    found: dict[str, None] = {}
    for sign in signs:
        size = len(sign["pattern"].partition("{")[0].partition("[")[0].rstrip())
        found.update(dict.fromkeys(example[:size] for example in sign["examples"] if size))
    return tuple(found)


def _fill(value: str, url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme == "https":
        value = value.replace("HTTPSRVR=", "TLSSRVR=").replace("HTTPPORT=", "TLSPORT=")
    filled = {
        "{url}": url,
        "{host}": parts.hostname or "",
        "{port}": str(port),
        "{path}": parts.path.rstrip("/"),
    }
    for name, text in filled.items():
        value = value.replace(name, text)
    return value


def _everybodys(url: str) -> Option:
    """What goes to phones that no class names: most vendors read option 66."""
    return Option(number=66, part=None, value=url)


def _dnsmasq(advices: Sequence[Advice], url: str) -> Iterator[str]:
    yield "# dnsmasq: /etc/dnsmasq.d/offhook.conf"
    yield f'dhcp-option-force=66,"{_everybodys(url).value}"'
    for advice in advices:
        yield f"# {advice.vendor}"
        for name in advice.classes:
            yield f"dhcp-vendorclass=set:{advice.vendor},{name}"
        for prefix in advice.prefixes:
            yield f"dhcp-mac=set:{advice.vendor},{prefix}:*:*:*"
        for option in advice.options:
            value = f'"{option.value}"' if option.part is None else _hex(option, ":")
            yield f"dhcp-option-force=tag:{advice.vendor},{option.number},{value}"


def _kea(advices: Sequence[Advice], url: str) -> Iterator[str]:
    numbers = sorted({option.number for advice in advices for option in advice.options})
    merged = {
        "Dhcp4": {
            "option-def": [
                {"name": f"offhook-{number}", "code": number, "space": "dhcp4", "type": "string"}
                for number in numbers
                if number not in _KNOWN_TO_KEA
            ],
            "option-data": [_kea_option(_everybodys(url))],
            "client-classes": [
                {
                    "name": f"offhook-{advice.vendor}",
                    "test": " or ".join(_kea_tests(advice)),
                    "option-data": [_kea_option(option) for option in advice.options],
                }
                for advice in advices
            ],
        }
    }
    yield "// Kea: merge into kea-dhcp4.conf"
    yield from json.dumps(merged, indent=2).splitlines()


_KNOWN_TO_KEA = frozenset((43, 66, 67, 114))


def _kea_tests(advice: Advice) -> Iterator[str]:
    for name in advice.classes:
        yield f"substring(option[60].hex,0,{len(name)}) == '{name}'"
    for prefix in advice.prefixes:
        yield f"substring(pkt4.mac,0,3) == 0x{prefix.replace(':', '')}"


def _kea_option(option: Option) -> dict[str, Any]:
    if option.number == 43:
        return {"code": 43, "always-send": True, "csv-format": False, "data": _hex(option, "")}
    # A comma would begin another field.
    value = option.value.replace(",", "\\,")
    return {"code": option.number, "always-send": True, "data": value}


def _isc(advices: Sequence[Advice], url: str) -> Iterator[str]:
    numbers = sorted({each.number for advice in advices for each in advice.options} - {43, 66})
    yield "# ISC dhcpd: /etc/dhcp/dhcpd.conf"
    for number in numbers:
        yield f"option offhook-{number} code {number} = text;"
    yield f'option tftp-server-name "{_everybodys(url).value}";'
    for advice in advices:
        yield f'class "offhook-{advice.vendor}" {{'
        yield f"  match if {' or '.join(_isc_tests(advice))};"
        for option in advice.options:
            yield f"  {_isc_option(option)}"
        yield "}"


def _isc_tests(advice: Advice) -> Iterator[str]:
    for name in advice.classes:
        yield f'substring(option vendor-class-identifier, 0, {len(name)}) = "{name}"'
    for prefix in advice.prefixes:
        yield f"substring(hardware, 1, 3) = {prefix}"


def _isc_option(option: Option) -> str:
    if option.number == 66:
        return f'option tftp-server-name "{option.value}";'
    if option.number == 43:
        return f"option vendor-encapsulated-options {_hex(option, ':')};"
    return f'option offhook-{option.number} "{option.value}";'


def _mikrotik(advices: Sequence[Advice], url: str) -> Iterator[str]:
    yield "# MikroTik RouterOS; then name the set in your network: dhcp-option-set=offhook"
    chosen, others = _one_of_each(advices, url)
    yield from others
    yield "/ip dhcp-server option"
    for option in chosen:
        value = f"s'{option.value}'" if option.part is None else f"0x{_hex(option, '')}"
        yield (
            f"add code={option.number} name=offhook-{option.number} force=yes "
            f'value="{value.replace("$", chr(92) + "$")}"'
        )
    yield "/ip dhcp-server option sets"
    yield f"add name=offhook options={','.join(f'offhook-{each.number}' for each in chosen)}"


def _windows(advices: Sequence[Advice], url: str) -> Iterator[str]:
    yield "# Windows Server: PowerShell as administrator; for one scope add -ScopeId 192.0.2.0"
    chosen, others = _one_of_each(advices, url)
    yield from others
    for option in chosen:
        if option.number not in _KNOWN_TO_WINDOWS:
            yield (
                f'Add-DhcpServerv4OptionDefinition -Name "Offhook {option.number}" '
                f"-OptionId {option.number} -Type String"
            )
        value = f'"{option.value.replace("$", "`$")}"'
        if option.number == 43:
            value = ",".join(f"0x{byte:02x}" for byte in option.encoded)
        yield f"Set-DhcpServerv4OptionValue -OptionId {option.number} -Value {value}"


_KNOWN_TO_WINDOWS = frozenset((43, 66, 67))


def _one_of_each(advices: Sequence[Advice], url: str) -> tuple[list[Option], list[str]]:
    """One option of each number for all phones, and remarks on what other vendors want there.

    With one vendor its own counts; with several, option 66 is the plain folder.
    """
    first = {} if len(advices) == 1 else {66: _everybodys(url)}
    others = []
    for advice in advices:
        for option in advice.options:
            kept = first.setdefault(option.number, option)
            if kept != option:
                others.append(
                    f"# {advice.vendor} needs another option {option.number}: {option.value}"
                )
    return list(first.values()), others


def _hex(option: Option, mark: str) -> str:
    return mark.join(f"{byte:02x}" for byte in option.encoded)


def too_long(advices: Sequence[Advice]) -> list[str]:
    """A sentence for each option that does not fit into the 255 bytes of one."""
    return [
        f"{advice.vendor}: option {option.number} has {len(option.encoded)} bytes; 255 fit"
        for advice in advices
        for option in advice.options
        if len(option.encoded) > _LONGEST_OPTION
    ]


_Writer = Callable[[Sequence[Advice], str], Iterator[str]]
_WRITERS: Mapping[str, _Writer] = {
    "dnsmasq": _dnsmasq,
    "kea": _kea,
    "isc": _isc,
    "mikrotik": _mikrotik,
    "windows": _windows,
}
