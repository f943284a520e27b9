"""The contract of tests/storage, over the engine that Amazon ships for this machine."""

from tests.storage.test_backup import (  # noqa: F401 - pytest finds them here
    test_interrupted_backup_goes_on_where_it_stopped,
    test_restore_into_an_empty_table_brings_every_item_back,
)
from tests.storage.test_table_contract import *  # noqa: F403
from tests.storage.test_table_lists import *  # noqa: F403
