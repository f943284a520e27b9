"""Which words may a template use, and what does each say?"""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "EXTENSION_NUMBER": "Extension number",
    "EXTENSION_NAME": "Extension display name",
    "EXTENSION_PASSWORD": "Extension password",
    "SIP_SERVER": "SIP server address",
    "SIP_PORT": "SIP server port",
    "SERVER_NAME": "PBX server name",
    "mac": "MAC address, 12 lower-case digits",
    "vendor": "vendor, as in the vendor pack",
    "model": "model, as in the vendor pack",
    "facts": "facts of the model, from the vendor pack",
    "generation": "generation of the phone's firmware, as the vendor pack names it",
    "provisioning_url": "the folder that the phone fetches from, with a slash at its end",
    "provisioning": "the same folder in parts: scheme, host, port, and path without a slash at its "
    "beginning",
    "lines": "list: position, number, auth_user, name, label, password, server, port, transport, "
    "outbound_proxy, outbound_proxy_port, backup_server, backup_port, expires (seconds), "
    "expires_minutes, srtp, dtmf, voicemail, mwi",
    "keys": "list, in the order of module and position: position, module (0 is the phone), type "
    "(the vendor's code), kind (the neutral name), value, label, line, pickup",
    "codecs": "list of all codecs of the vendor: name, code, enabled, priority (1 is preferred)",
    "time": "the time zone in the vendor's form",
    "ntp_servers": "list of time servers",
    "language": "language of the display, the vendor's code",
    "date_format": "the vendor's code",
    "time_format": "the vendor's code",
    "vlan": "phone, phone_priority, pc, pc_priority",
    "lldp": "whether the phone asks the switch by LLDP",
    "cdp": "whether the phone asks the switch by CDP",
    "qos": "sip and rtp, DSCP values",
    "web": "admin_password and user_password of the phone's web page",
    "resync": "when the phone looks for a new file: interval and jitter (minutes), "
    "interval_seconds, interval_hours, jitter_seconds",
    "firmware": "version of the firmware that the phone is to have, where its address is known too",
    "firmware_url": "address of a firmware file",
    "firmware_folder": "the folder of that address, with a slash at its end",
    "phonebooks": "list: name, url",
    "ldap": "host, port, tls, base, user, password, name_filter, number_filter, name_attributes, "
    "number_attributes",
    "dnd": "do not disturb",
    "forward": "always, busy, no_answer, no_answer_seconds",
    "auto_answer": "whether calls are answered by themselves",
    "call_waiting": "whether a second call is signalled",
    "dial_plan": "in the vendor's own notation",
    "syslog": "server, port, level",
    "wallpaper_url": "address of a picture",
    "ring_tone": "name of a ring tone",
    "custom_ca_url": "address of a certificate that the phone is to trust",
    "vendor_settings": "list of raw parameters: name, value",
    "contacts": "list, for phonebook files only: name, numbers",
}
"""A word that is known but not set has no value; a line that would write it is left out."""
