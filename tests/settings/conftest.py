"""A project in a folder of its own, whose config.yml a test writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.domain.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Project:
    """The folder that app.py would stand in, and what can be asked of it."""

    root: Path

    def write(self, text: str) -> None:
        (self.root / "config.yml").write_text(text, encoding="utf-8")

    def load(self, text: str, **environ: str) -> settings.Settings:
        self.write(text)
        return self.load_written(environ)

    def load_written(self, environ: Mapping[str, str]) -> settings.Settings:
        return settings.load({"HOME": "/home/of-nobody", **environ}, self.root)

    def complaints(self, text: str, **environ: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            self.load(text, **environ)
        return [str(flaw) for flaw in caught.value.flaws]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(root=tmp_path)
