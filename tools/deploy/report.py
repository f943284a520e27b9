"""What does the operator need to know once a stage stands?"""

from __future__ import annotations

from collections.abc import Mapping


def describe(outputs: Mapping[str, str], *, stage: str) -> str:
    """The addresses, and what comes next."""
    url = outputs["Url"]
    phones = f"{url}/provision/"
    lines = [
        "Phones fetch from    " + phones,
        f'DHCP                 option 66 (TFTP server name), as text: "{phones}"',
        f'  dnsmasq            dhcp-option=66,"{phones}"',
        f'  ISC dhcpd          option tftp-server-name "{phones}";',
        "API                  " + url + "/api/",
        "Keys of the phones   phones that may not fetch openly need one: docs/access.md",
        f"First administrator  make token STAGE={stage} makes its token (docs/deployment.md)",
    ]
    if "DomainTarget" in outputs:
        lines.append("DNS                  the domain is to point to " + outputs["DomainTarget"])
    return "\n".join(lines)
