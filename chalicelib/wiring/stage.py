"""What does a stage lie on: its table, its vault, its large files? Nothing is read yet."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from chalicelib.assets.bucket import Bucket
from chalicelib.assets.folder import Folder
from chalicelib.domain.sealing import Seal
from chalicelib.settings import Settings
from chalicelib.settings.values import LOCAL
from chalicelib.storage.dynamodb import DynamoTable
from chalicelib.storage.keys import TableKeys
from chalicelib.storage.sqlite import SqliteTable
from chalicelib.storage.table import Table
from chalicelib.vault.kms import KmsWrap
from chalicelib.vault.local_file import LocalFile, PlainWrap
from chalicelib.vault.vault import Vault


def open_table(chosen: Settings) -> Table:
    """The table that the settings name; nothing is read yet."""
    if chosen.store == "sqlite":
        return SqliteTable(chosen.state_dir / "offhook.sqlite3", now=time.time)
    return DynamoTable(
        chosen.table, endpoint_url=chosen.endpoint, region=chosen.region, now=time.time
    )


def open_assets(chosen: Settings, seal: Seal, clock: Callable[[], datetime]) -> Bucket | Folder:
    """Where firmware lies: a bucket, or on one's own machine a folder; nothing is read yet."""
    if chosen.stage == LOCAL and chosen.assets is None:
        return Folder(
            chosen.state_dir / "assets",
            sign=lambda message: seal.sign(message, purpose="upload of a file"),
            clock=clock,
        )
    return Bucket(chosen.assets, region=chosen.region, endpoint=chosen.assets_endpoint)


def open_vault(chosen: Settings, table: Table) -> Vault:
    """The vault that seals for the table; no key is fetched yet.

    On one's own machine the keys lie in a file beside the data, else in the table, wrapped by KMS.
    """
    if chosen.stage == LOCAL:
        return Vault(LocalFile(chosen.state_dir / "keys"), PlainWrap())
    wrap = KmsWrap(
        chosen.kms_key, table=chosen.table, region=chosen.region, endpoint=chosen.kms_endpoint
    )
    return Vault(TableKeys(table), wrap)
