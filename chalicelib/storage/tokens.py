"""How are API tokens kept? Only their digests are."""

from __future__ import annotations

from chalicelib.domain.access.api_token import ApiToken
from chalicelib.domain.access.role import Grant, Role
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.roll import RollRecords, from_to
from chalicelib.storage.table import Absent, Delete, Item, Key, Present, Put

_PAGE = 500
_KIND = "API token"


class TokenRecords(RollRecords):
    """The API tokens of one installation."""

    def token(self, digest: str) -> ApiToken | None:
        """The token of this digest."""
        found = self._get(_key(digest))
        return to_token(found) if found else None

    def tokens(self, *, site: str | None = None) -> list[ApiToken]:
        """The tokens of one site, or all, the oldest first."""
        index, partition = place.narrow(place.LISTING, place.TOKENS, site)
        found: list[ApiToken] = []
        after: str | None = None
        while True:
            page = self._table.query(index, partition, limit=_PAGE, after=after)
            found += map(to_token, page.items)
            after = page.after
            if after is None:
                return found

    def save_token(self, token: ApiToken) -> None:
        """Keep a new token; it leaves by itself when it has expired.

        It is counted in its site. Raises ChangedError, and InputError without the site.
        """
        item, roll = _token_item(token), self._roll()
        moves = from_to(None, token.grant.site)
        self._settle(
            lambda: [Put(item=item, when=Absent()), *roll.writes(_KIND, moves, token.created_at)]
        )

    def note_use(self, token: ApiToken) -> None:
        """Keep a token that was used. Raises ChangedError for one that was just ended."""
        item = _token_item(token)
        self._settle(lambda: [Put(item=item, when=Present())])

    def remove_token(self, token: ApiToken) -> None:
        """Forget the token. Raises ChangedError for one that was just ended."""
        roll = self._roll()
        moves = from_to(token.grant.site, None)
        self._settle(
            lambda: [
                Delete(key=_key(token.digest), when=Present()),
                *roll.writes(_KIND, moves, token.created_at),
            ]
        )


def _token_item(token: ApiToken) -> Item:
    body = {
        "digest": token.digest,
        "name": token.name,
        "role": token.grant.role.value,
        "reveals": token.grant.reveals,
        "site": token.grant.site,
        "created_at": items.from_time(token.created_at),
        "expires_at": items.from_time(token.expires_at) if token.expires_at else None,
        "last_used_at": items.from_time(token.last_used_at) if token.last_used_at else None,
    }
    return items.new_item(
        _key(token.digest),
        body,
        token_entries(token),
        expires_at=int(token.expires_at.timestamp()) if token.expires_at else None,
    )


def _key(digest: str) -> Key:
    return Key(f"TOKEN#{digest}", "TOKEN")


def token_entries(token: ApiToken) -> place.Entries:
    """Where the token stands in the indexes."""
    sort = f"{items.from_time(token.created_at)}#{token.id}"
    return place.entries(site=token.grant.site, listing=(place.TOKENS, sort))


def to_token(item: Item) -> ApiToken:
    body = item.body
    return ApiToken(
        digest=body["digest"],
        name=body["name"],
        grant=Grant(role=Role(body["role"]), reveals=body["reveals"], site=body["site"]),
        created_at=items.to_time(body["created_at"]),
        expires_at=items.to_time(body["expires_at"]) if body["expires_at"] else None,
        last_used_at=items.to_time(body["last_used_at"]) if body["last_used_at"] else None,
    )
