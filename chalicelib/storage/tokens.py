"""How are API tokens kept? Only their digests are."""

from __future__ import annotations

from chalicelib.domain.access.api_token import ApiToken
from chalicelib.domain.access.role import Grant, Role
from chalicelib.storage import item as items
from chalicelib.storage import place
from chalicelib.storage.keeping import Keeping
from chalicelib.storage.table import Delete, Item, Key, Put

_PAGE = 500


class TokenRecords(Keeping):
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
        """Keep the token; it leaves by itself when it has expired."""
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
        item = items.new_item(
            _key(token.digest),
            body,
            token_entries(token),
            expires_at=int(token.expires_at.timestamp()) if token.expires_at else None,
        )
        self._settle(lambda: [Put(item=item)])

    def remove_token(self, token: ApiToken) -> None:
        """Forget the token."""
        self._settle(lambda: [Delete(key=_key(token.digest))])


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
