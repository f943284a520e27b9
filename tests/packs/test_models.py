"""Is every model that the sources name known to its pack?"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from chalicelib.catalog import BUILT_IN
from chalicelib.catalog.facts import read_yaml
from chalicelib.domain.vendor_identity import read_vendor_identity

NAMED = yaml.safe_load(Path(__file__).with_name("models.yml").read_text("utf-8"))


@pytest.mark.parametrize("vendor", NAMED)
def test_pack_knows_every_model_that_the_sources_name(vendor: str) -> None:
    identity = read_vendor_identity(read_yaml(BUILT_IN / vendor / "vendor.yml"))

    unknown = [model for model in NAMED[vendor] if identity.find_model(model) is None]

    assert unknown == []
