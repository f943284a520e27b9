"""Which tokens are read for who asks for the list of them?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.access.desk import Caller, Desk
from chalicelib.domain.access.api_token import ENTROPY_BYTES, ApiToken, create_api_token
from chalicelib.domain.access.role import Grant, Role
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.site import Site
from chalicelib.storage.records import Records
from chalicelib.storage.sqlite import SqliteTable
from tests.fleet.writer import Trail

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OF_ALL = Grant(role=Role.ADMIN)
OF_BERLIN = Grant(role=Role.ADMIN, site="berlin")


class Kept(Records):
    """Notes of which sites the tokens were read; None: of all."""

    def __init__(self, table: SqliteTable) -> None:
        super().__init__(table)
        self.read_of: list[str | None] = []

    def tokens(self, *, site: str | None = None) -> list[ApiToken]:
        self.read_of.append(site)
        return super().tokens(site=site)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """One token of Berlin, one of Paris, one of no site."""
    table = SqliteTable(tmp_path / "offhook.db", now=lambda: NOW.timestamp())
    kept = Kept(table)
    for name in ("berlin", "paris"):
        kept.save_site(Site(name=name, label=name, created_at=NOW, updated_at=NOW), was=None)
    for number, site in enumerate(("berlin", "paris", None)):
        wanted = {
            "name": f"of {site}",
            "role": "viewer",
            "reveal": False,
            "site": site,
            "expires_in_days": None,
        }
        entropy = bytes([number]) * ENTROPY_BYTES
        kept.save_token(create_api_token(wanted, entropy=entropy, now=NOW)[1])
    yield kept
    table.close()


@pytest.fixture
def desk(kept: Kept) -> Desk:
    return Desk(records=kept, host=None, clock=lambda: NOW, trail=Trail())


def test_of_one_site_only_its_tokens_are_read(desk: Desk, kept: Kept) -> None:
    found = desk.tokens(OF_BERLIN)

    assert [token.name for token in found] == ["of berlin"]
    assert kept.read_of == ["berlin"]


def test_who_sees_all_sites_reads_all_tokens(desk: Desk) -> None:
    assert {token.name for token in desk.tokens(OF_ALL)} == {"of berlin", "of paris", "of None"}


def test_token_of_another_site_is_not_there_to_be_ended(desk: Desk, kept: Kept) -> None:
    [of_paris] = kept.tokens(site="paris")

    with pytest.raises(NotFoundError, match=f"there is no API token {of_paris.id}"):
        desk.revoke(of_paris.id, Caller(name="berlin", grant=OF_BERLIN))

    assert len(kept.tokens()) == 3
