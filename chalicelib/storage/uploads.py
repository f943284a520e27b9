"""How is kept what phones have written?"""

from __future__ import annotations

from chalicelib.domain.device import Device
from chalicelib.domain.errors import ConditionError
from chalicelib.domain.upload import Upload
from chalicelib.storage import item as items
from chalicelib.storage.keeping import Keeping
from chalicelib.storage.table import Check, Item, Present, Put


class UploadRecords(Keeping):
    """The uploads of all devices: one of each name for a device, the last one."""

    def keep_upload(self, device: Device, upload: Upload) -> bool:
        """Keep the upload in place of the one before; False when the device is gone meanwhile."""
        try:
            self._table.write(
                Put(item=_to_item(device, upload)),
                Check(key=items.device_key(device.mac), when=Present()),
            )
        except ConditionError:
            return False
        return True

    def upload(self, device: Device, name: str) -> Upload | None:
        """What the device has last written under this name."""
        return _to_upload(self._get(items.upload_key(device.mac, name)), device)


def _to_item(device: Device, upload: Upload) -> Item:
    body = {
        "content": upload.text,
        "at": items.from_time(upload.at),
        # As with a fetch.
        "device_created_at": items.from_time(device.created_at),
    }
    return items.new_item(items.upload_key(device.mac, upload.name), body)


def _to_upload(item: Item | None, device: Device) -> Upload | None:
    if item is None or item.body["device_created_at"] != items.from_time(device.created_at):
        return None
    at = items.to_time(item.body["at"])
    return Upload(name=item.key.sort, text=item.body["content"], at=at)
