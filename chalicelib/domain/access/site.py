"""How is a site named?"""

from __future__ import annotations

from chalicelib.domain.shape import Text

# A site's name stands in its key, which has to fit into a phone's URL field of 128 characters.
SITE = Text(
    max=24,
    pattern=r"[a-z0-9]+(-[a-z0-9]+)*",
    says="a site's name (lower-case letters and digits, single hyphens between them)",
)
