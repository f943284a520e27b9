"""Does a grant permit what it should, and nothing beyond?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access.role import (
    ROLE_BY_PERMISSION,
    Grant,
    Permission,
    Role,
    covers,
    is_visible,
    permits,
)

sites = st.none() | st.sampled_from(["berlin", "lyon"])
grants = st.builds(Grant, role=st.sampled_from(Role), reveals=st.booleans(), site=sites)
permissions = st.sampled_from(Permission)

READING = {
    Permission.READ_STATUS,
    Permission.READ_VENDORS,
    Permission.READ_DEVICES,
    Permission.READ_EXTENSIONS,
    Permission.READ_SITES,
    Permission.READ_SETTINGS,
    Permission.READ_FIRMWARE,
}
OPERATING = READING | {
    Permission.CHANGE_DEVICES,
    Permission.DELETE_DEVICES,
    Permission.CHANGE_EXTENSIONS,
    Permission.DELETE_EXTENSIONS,
    Permission.CHANGE_SITE_SETTINGS,
    Permission.ARM_DEVICES,
    Permission.RESYNC_DEVICES,
    Permission.ROTATE_URLS,
    Permission.ROLL_OUT_FIRMWARE,
}


SITELESS = {Permission.READ_STATUS, Permission.READ_VENDORS, Permission.READ_FIRMWARE}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.VIEWER, READING),
        (Role.OPERATOR, OPERATING),
        (Role.ADMIN, set(Permission) - {Permission.REVEAL_SECRETS}),
    ],
)
def test_role_may_do_just_this(role: Role, expected: set[Permission]) -> None:
    grant = Grant(role=role)

    found = {permission for permission in Permission if permits(grant, permission, None)}

    assert found == expected


def test_every_permission_has_its_role() -> None:
    assert set(ROLE_BY_PERMISSION) == set(Permission)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_right_to_reveal_reveals(role: Role) -> None:
    assert permits(Grant(role=role, reveals=True), Permission.REVEAL_SECRETS, "berlin")
    assert not permits(Grant(role=role), Permission.REVEAL_SECRETS, "berlin")


@given(grants, permissions, sites)
def test_grant_of_a_site_permits_nothing_elsewhere(
    grant: Grant, permission: Permission, site: str | None
) -> None:
    if grant.site is not None and site != grant.site and permits(grant, permission, site):
        assert permission in SITELESS


@given(grants, permissions, sites)
def test_what_is_not_visible_is_not_permitted(
    grant: Grant, permission: Permission, site: str | None
) -> None:
    if not is_visible(grant, site):
        assert not permits(grant, permission, site) or permission in SITELESS


@given(grants, grants)
def test_grant_covers_another_exactly_when_it_permits_all_that_the_other_does(
    grant: Grant, other: Grant
) -> None:
    more = any(
        permits(other, permission, site) and not permits(grant, permission, site)
        for permission in Permission
        for site in (None, "berlin", "lyon")
    )

    assert covers(grant, other) == (not more)
