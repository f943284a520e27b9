"""Which vendor, model, firmware and device are meant by what a phone sends?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.evidence import Certainty, Evidence, listed, weigh
from chalicelib.domain.file_name import read_file_name
from chalicelib.domain.mac import Mac
from chalicelib.domain.pattern import PatternIndex, Reading
from chalicelib.domain.vendor_identity import Sign, VendorIdentity

_NOBODY = "000000000000"
_MAC_IN_QUERY = re.compile(r"(?:\A|&)mac=([0-9A-Fa-f]{12})(?:&|\Z)", re.ASCII)
_LONGEST_QUERY = 512
_NOTHING = Evidence()


class Identifier:
    """What all vendor packs together know of recognising phones."""

    def __init__(self, vendors: Sequence[VendorIdentity]) -> None:
        self._user_agents = _Signs("User-Agent", [(each, each.user_agents) for each in vendors])
        self._option_60 = _Signs("DHCP option 60", [(each, each.option_60) for each in vendors])
        self._asks_by_shape: dict[str, dict[str, str | None]] = {}
        self._builders_by_prefix: dict[str, list[str]] = {}
        self._served_by: dict[str, set[str | None]] = {}
        self._vendor_by_folder: dict[str, str] = {}
        for vendor in vendors:
            self._vendor_by_folder.update(dict.fromkeys(vendor.names, vendor.vendor))
            self._add_files(vendor)
            for prefix in vendor.mac_prefixes:
                self._builders_by_prefix.setdefault(prefix, []).append(vendor.vendor)
        self._prefix_sizes = sorted(set(map(len, self._builders_by_prefix)), reverse=True)

    def identify_user_agent(self, text: str) -> Evidence:
        """What a User-Agent says; any text is harmless."""
        return self._user_agents.read(text)

    def identify_option_60(self, text: str) -> Evidence:
        """What the vendor class of a DHCP request says; any text is harmless."""
        return self._option_60.read(text)

    def identify_mac(self, mac: Mac) -> Evidence:
        """Who built the device, by the longest prefix that is known."""
        return self._weigh(mac=_real(mac))

    def identify_file(self, name: str) -> Evidence:
        """Who asks for a file of this name, and for which device."""
        mac, asks = self._read_file(name)
        return self._weigh(mac=mac, asks=asks)

    def identify(
        self, path: str, user_agent: str, option_60: str | None = None, mac: Mac | None = None
    ) -> Evidence:
        """What the parts of one request say together.

        The path says the MAC address, or its query (`mac=`), else `mac` (what a relay sees), else
        the User-Agent. The User-Agent says vendor, model and version, else option 60, else file
        name and MAC prefix.
        """
        place, _, query = path.partition("?")
        *folders, name = place.split("/")
        mac_of_file, asks = self._read_file(name)
        if len(asks) > 1:
            asks = self._narrow(asks, folders, name, mac_of_file)
        mac_of_file = mac_of_file or _read_query(query)
        stated = [self.identify_user_agent(user_agent)]
        if option_60:
            stated.append(self.identify_option_60(option_60))
        seen = _real(mac)
        if seen:
            stated.insert(0, Evidence(mac=seen, because=(f"MAC address seen: {seen}",)))
        found = mac_of_file or next((each.mac for each in stated if each.mac), None)
        return self._weigh(mac=found, asks=asks, stated=stated)

    def _add_files(self, vendor: VendorIdentity) -> None:
        for file in vendor.files:
            asks = self._asks_by_shape.setdefault(file.shape, {})
            if file.served:
                self._served_by.setdefault(file.shape, set()).add(vendor.vendor)
            # A name that several models share tells the vendor only.
            model = vendor.find_model(file.models[0]) if len(file.models) == 1 else None
            shared = asks.get(vendor.vendor, model) != model
            asks[vendor.vendor] = None if shared else model

    def _read_file(self, name: str) -> tuple[Mac | None, Mapping[str, str | None]]:
        """The MAC address in the name, and who asks for such a file."""
        read = read_file_name(name)
        if read is None:
            return None, {}
        mac = _real(read.mac)
        # Twelve zeros are a part of the name: the file for every device.
        shape = name.lower() if read.mac and not mac else read.shape
        return mac, self._asks_by_shape.get(shape, {})

    def _narrow(
        self, asks: Mapping[str, str | None], folders: Sequence[str], name: str, mac: Mac | None
    ) -> Mapping[str, str | None]:
        """Of the vendors that ask for a file those that a folder is named after, if any.

        Else, of a file without a MAC address, those whose phones are given one.
        """
        named = {self._vendor_by_folder.get(folder.lower()) for folder in folders} - {None}
        if not named and mac is None:
            named = self._served_by.get(name.lower(), set())
        return {vendor: model for vendor, model in asks.items() if vendor in named} or asks

    def _weigh(
        self,
        *,
        mac: Mac | None,
        asks: Mapping[str, str | None] | None = None,
        stated: Sequence[Evidence] = (),
    ) -> Evidence:
        prefix, builders = self._find_builders(mac)
        return weigh(stated=stated, mac=mac, asks=asks or {}, prefix=prefix, builders=builders)

    def _find_builders(self, mac: Mac | None) -> tuple[str, Sequence[str]]:
        """The longest prefix of the address that vendors have, and those vendors."""
        if mac:
            for size in self._prefix_sizes:
                builders = self._builders_by_prefix.get(mac.digits[:size])
                if builders:
                    return mac.digits[:size], builders
        return "", ()


class _Signs:
    """The signs of all vendors in one kind of text."""

    def __init__(
        self, source: str, signs_by_vendor: Iterable[tuple[VendorIdentity, Sequence[Sign]]]
    ) -> None:
        self._source = source
        self._signs = [
            (vendor, sign, (f'{source}: {vendor.vendor}, by "{sign.pattern.text}"',))
            for vendor, signs in signs_by_vendor
            for sign in signs
        ]
        self._index = PatternIndex([sign.pattern for _, sign, _ in self._signs])

    def read(self, text: str) -> Evidence:
        """What the only vendor with a fitting pattern says, by its first one that fits.

        Of several vendors the one that lists the model counts; else none does.
        """
        found: dict[str, Evidence] = {}
        for place, reading in self._index.find(text):
            vendor, sign, because = self._signs[place]
            if vendor.vendor not in found:
                found[vendor.vendor] = _tell(vendor, sign, reading, because)
        if not found:
            return _NOTHING
        known = [each for each in found.values() if each.model] or list(found.values())
        if len(known) == 1:
            return known[0]
        return Evidence(because=(f"{self._source}: {listed(found)}",))


def _tell(
    vendor: VendorIdentity, sign: Sign, reading: Reading, because: tuple[str, ...]
) -> Evidence:
    reported = sign.complete(reading.model)
    named = sign.fixed_model or reported
    return Evidence(
        vendor=vendor.vendor,
        model=vendor.find_model(named) if named else None,
        reported_model=reported,
        version=reading.version.replace("_", ".") if reading.version else None,
        mac=_real(reading.mac),
        serial=reading.serial,
        certainty=Certainty.SURE,
        because=because,
    )


def _read_query(query: str) -> Mac | None:
    """The MAC address in the query of an address: `mac=001565aabbcc`."""
    found = _MAC_IN_QUERY.search(query[:_LONGEST_QUERY])
    return _real(Mac(found[1].lower())) if found else None


def _real(mac: Mac | None) -> Mac | None:
    """The address, unless it is the twelve zeros that stand for every device."""
    return mac if mac and mac.digits != _NOBODY else None
