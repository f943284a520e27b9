"""What may an administrator do, and on which site?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """Each role may do all that the ones before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return tuple(Role).index(self)


class Permission(Enum):
    """One kind of thing that can be done."""

    READ_STATUS = "read status"
    READ_VENDORS = "read vendors"
    READ_DEVICES = "read devices"
    CHANGE_DEVICES = "change devices"
    DELETE_DEVICES = "delete devices"
    READ_EXTENSIONS = "read extensions"
    CHANGE_EXTENSIONS = "change extensions"
    DELETE_EXTENSIONS = "delete extensions"
    READ_SITES = "read sites"
    CHANGE_SITES = "change sites"
    CHANGE_SITE_SETTINGS = "change what a site's devices are set to"
    DELETE_SITES = "delete sites"
    READ_SETTINGS = "read the settings of the server and of models"
    CHANGE_SETTINGS = "change the settings of the server and of models"
    READ_FIRMWARE = "read firmware"
    CHANGE_FIRMWARE = "change firmware"
    ROLL_OUT_FIRMWARE = "roll out firmware"
    ARM_DEVICES = "arm devices"
    RESYNC_DEVICES = "resync devices"
    ROTATE_URLS = "rotate URLs"
    REVEAL_SECRETS = "reveal secrets"
    READ_AUDIT = "read audit"
    READ_TOKENS = "read API tokens"
    CHANGE_TOKENS = "change API tokens"
    READ_WEBHOOKS = "read webhooks"
    CHANGE_WEBHOOKS = "change webhooks"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What a token of the API allows. Without a site it holds for all sites."""

    role: Role
    reveals: bool = False
    site: str | None = None


ROLE_BY_PERMISSION: Mapping[Permission, Role] = {
    Permission.READ_STATUS: Role.VIEWER,
    Permission.READ_VENDORS: Role.VIEWER,
    Permission.READ_DEVICES: Role.VIEWER,
    Permission.CHANGE_DEVICES: Role.OPERATOR,
    Permission.DELETE_DEVICES: Role.OPERATOR,
    Permission.READ_EXTENSIONS: Role.VIEWER,
    Permission.CHANGE_EXTENSIONS: Role.OPERATOR,
    Permission.DELETE_EXTENSIONS: Role.OPERATOR,
    Permission.READ_SITES: Role.VIEWER,
    Permission.CHANGE_SITES: Role.ADMIN,
    Permission.CHANGE_SITE_SETTINGS: Role.OPERATOR,
    Permission.DELETE_SITES: Role.ADMIN,
    Permission.READ_SETTINGS: Role.VIEWER,
    Permission.CHANGE_SETTINGS: Role.ADMIN,
    Permission.READ_FIRMWARE: Role.VIEWER,
    Permission.CHANGE_FIRMWARE: Role.ADMIN,
    Permission.ROLL_OUT_FIRMWARE: Role.OPERATOR,
    Permission.ARM_DEVICES: Role.OPERATOR,
    Permission.RESYNC_DEVICES: Role.OPERATOR,
    Permission.ROTATE_URLS: Role.OPERATOR,
    Permission.REVEAL_SECRETS: Role.VIEWER,  # the right to reveal stands apart from the role
    Permission.READ_AUDIT: Role.ADMIN,
    Permission.READ_TOKENS: Role.ADMIN,
    Permission.CHANGE_TOKENS: Role.ADMIN,
    Permission.READ_WEBHOOKS: Role.ADMIN,
    Permission.CHANGE_WEBHOOKS: Role.ADMIN,
}
"""The least role that has each permission."""

SITELESS = frozenset((Permission.READ_STATUS, Permission.READ_VENDORS, Permission.READ_FIRMWARE))
"""What a grant of one site may do although it belongs to no site. It tells of no other site."""


def permits(grant: Grant, permission: Permission, site: str | None) -> bool:
    """May this be done with something of this site? `site` is None for what belongs to none.

    To move something from one site to another it has to be permitted on both.
    """
    if permission is Permission.REVEAL_SECRETS and not grant.reveals:
        return False
    if permission not in SITELESS and not is_visible(grant, site):
        return False
    return grant.role.rank >= ROLE_BY_PERMISSION[permission].rank


def is_visible(grant: Grant, site: str | None) -> bool:
    """Does the site exist for this grant? If not, the answer is "not found", not "forbidden"."""
    return grant.site is None or grant.site == site


def covers(grant: Grant, other: Grant) -> bool:
    """Does a grant allow all that another does? Nobody hands out more than they have."""
    return (
        grant.role.rank >= other.role.rank
        and grant.reveals >= other.reveals
        and is_visible(grant, other.site)
    )
