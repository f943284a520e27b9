"""Which columns have the files of other products?

Looked up, not remembered. What a product's file says beyond these columns is not read.

- FusionPBX: the exports `app/devices/device_download.php` (one line of each device) and
  `app/extensions/extension_download.php` of github.com/fusionpbx/fusionpbx; `device_template` is
  a folder such as `yealink/t46s`.
- FreePBX: the Bulk Handler's columns of extensions in `Core.class.php` of github.com/FreePBX/core
  (extension, name, description, tech) with `secret` of its SIP drivers
  (`functions.inc/drivers/Sip.class.php`), and those of the OSS endpoint manager in
  `Endpointman.class.php` of github.com/vsc55/freepbx_endpointman (mac, brand, model, extension,
  line).
- 3CX: https://www.3cx.com/blog/docs/bulk-extension-import/ (Number, FirstName, LastName, AuthID,
  AuthPassword); its exports go on with MAC_0 and PhoneModel14.
- Yeastar: P series, "Extension Parameters" and "Auto Provisioning Phone Information Parameters";
  S series, "Import Parameters", of help.yeastar.com.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

Path = tuple[str, ...]

FORMS = ("csv", "json")
"""What a file may be."""

_MARKS = re.compile(r"[\s_-]+")


def fold(name: str) -> str:
    """The name without what people write differently."""
    return _MARKS.sub("", name.lower())


@dataclass(frozen=True, kw_only=True)
class Preset:
    """The columns of one product, by the names in its header."""

    name: str
    label: str
    columns: Mapping[str, Path]

    @cached_property
    def path_by_name(self) -> Mapping[str, Path]:
        return {fold(name): path for name, path in self.columns.items()}


PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            name="offhook",
            label="the product document",
            columns={
                "mac": ("mac_address",),
                "extension": ("extension_number",),
                "vendor": ("vendor",),
                "model": ("model",),
            },
        ),
        Preset(
            name="fusionpbx",
            label="FusionPBX",
            columns={
                "device_mac_address": ("mac_address",),
                "device_vendor": ("vendor",),
                "device_template": ("vendor_and_model",),
                "user_id": ("extension_number",),
                "display_name": ("name",),
                "extension": ("extension_number",),
                "effective_caller_id_name": ("name",),
                "directory_first_name": ("first_name",),
                "directory_last_name": ("last_name",),
                "password": ("password",),
            },
        ),
        Preset(
            name="freepbx",
            label="FreePBX",
            columns={
                "extension": ("extension_number",),
                "name": ("name",),
                "secret": ("password",),
                "mac": ("mac_address",),
                "brand": ("vendor",),
                "model": ("model",),
            },
        ),
        Preset(
            name="3cx",
            label="3CX",
            columns={
                "Number": ("extension_number",),
                "FirstName": ("first_name",),
                "LastName": ("last_name",),
                "AuthID": ("line", "1", "auth_user"),
                "AuthPassword": ("password",),
                "MAC_0": ("mac_address",),
                "PhoneModel14": ("vendor_and_model",),
            },
        ),
        Preset(
            name="yeastar",
            label="Yeastar",
            columns={
                "Extension Number": ("extension_number",),
                "First Name": ("first_name",),
                "Last Name": ("last_name",),
                "Registration Password": ("password",),
                "MAC Address": ("mac_address",),
                "Vendor": ("vendor",),
                "Model": ("model",),
                "Assign Extension": ("extension_number",),
                "username": ("extension_number",),
                "fullname": ("name",),
                "registerpassword": ("password",),
                "Manufacturer": ("vendor",),
                "Phonetype": ("model",),
                "Extension": ("extension_number",),
                "Label": ("line", "1", "label"),
            },
        ),
    )
}
