"""What does a stage lie on: its table, its vault, its large files? Nothing is read yet.

Of two ways to keep something, a process loads the one that it goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.sealing import Seal
from chalicelib.settings import Settings
from chalicelib.settings.values import LOCAL
from chalicelib.storage.table import Table
from chalicelib.vault.vault import Vault

if TYPE_CHECKING:
    from chalicelib.assets.bucket import Bucket
    from chalicelib.assets.folder import Folder


def open_table(chosen: Settings) -> Table:
    """The table that the settings name; nothing is read yet."""
    if chosen.store == "sqlite":
        from chalicelib.storage.sqlite import SqliteTable

        return SqliteTable(chosen.state_dir / "offhook.sqlite3", now=time.time)
    from chalicelib.storage.dynamodb import DynamoTable

    return DynamoTable(
        chosen.table, endpoint_url=chosen.endpoint, region=chosen.region, now=time.time
    )


def open_assets(chosen: Settings, seal: Seal, clock: Callable[[], datetime]) -> Bucket | Folder:
    """Where firmware lies: a bucket, or on one's own machine a folder; nothing is read yet."""
    if chosen.stage == LOCAL and chosen.assets is None:
        from chalicelib.assets.folder import Folder

        return Folder(
            chosen.state_dir / "assets",
            sign=lambda message: seal.sign(message, purpose="upload of a file"),
            clock=clock,
        )
    from chalicelib.assets.bucket import Bucket

    return Bucket(chosen.assets, region=chosen.region, endpoint=chosen.assets_endpoint)


def open_vault(chosen: Settings, table: Table) -> Vault:
    """The vault that seals for the table; no key is fetched yet.

    On one's own machine the keys lie in a file beside the data, else in the table, wrapped by KMS.
    """
    if chosen.stage == LOCAL:
        from chalicelib.vault.local_file import LocalFile, PlainWrap

        return Vault(LocalFile(chosen.state_dir / "keys"), PlainWrap())
    from chalicelib.storage.keys import TableKeys
    from chalicelib.vault.kms import KmsWrap

    wrap = KmsWrap(
        chosen.kms_key, table=chosen.table, region=chosen.region, endpoint=chosen.kms_endpoint
    )
    return Vault(TableKeys(table), wrap)
