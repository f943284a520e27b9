"""How long does it take to know the settings of a device?"""

from __future__ import annotations

from bench.measure import median_us, row
from chalicelib.domain.cascade import (
    CONFIG,
    DEVICE,
    MODEL,
    SERVER,
    SITE,
    SITE_MODEL,
    Layer,
    cascade,
    explain,
)

_AIM_US = 30

# A usual device: most is said for all devices or for the site, little for the device itself.
_LAYERS = [
    Layer(
        CONFIG,
        {"timezone": "UTC", "ntp_servers": ["pool.ntp.org"], "codecs": ["PCMU", "PCMA"]},
    ),
    Layer(
        SERVER,
        {
            "language": "en",
            "time_format": "24h",
            "web": {"admin_password": "of all phones"},
            "resync": {"interval": 60, "jitter": 15},
        },
    ),
    Layer(MODEL, {"vendor_settings": {f"feature.{number}": "1" for number in range(5)}}),
    Layer(
        SITE,
        {
            "timezone": "Europe/Berlin",
            "language": "de",
            "vlan": {"phone": 100, "pc": 200},
            "syslog": {"server": "192.0.2.5"},
            "ldap": {"host": "ldap.example.com", "base": "dc=example"},
        },
    ),
    Layer(SITE_MODEL, {"wallpaper_url": "https://example.com/wall.jpg"}),
    Layer(DEVICE, {"language": "fr", "vlan": {"pc": None}}),
]


def run() -> None:
    """Measure, and print a row each."""
    print("Settings of a device, from six layers")
    took = median_us(lambda: cascade(_LAYERS))
    row("cascade", took, "us", aim=f"aim < {_AIM_US}, {took / _AIM_US:.0%} of it")
    row("the same with its explanation", median_us(lambda: explain(_LAYERS)), "us")
