"""Does the deployment package hold config.yml and the custom templates?

Chalice puts the content of `vendor/` beside app.py in the package and follows links there, so a
link in `vendor/` is all it takes. Without one, a file that works locally is missing in Lambda.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from chalicelib.domain.errors import ConfigError, Flaw
from chalicelib.settings.values import Settings

# In the package these names belong to the program, or hold what must not be packed again.
_TAKEN = {"app.py", "chalice", "chalicelib", "config.yml", "vendor", "."}


def link_into_package(settings: Settings, root: Path) -> None:
    """Make the links in `vendor/`. Raises ConfigError when something there is in the way."""
    templates = settings.provisioning.custom_templates_dir
    flaws = list(_find_misplaced(templates, settings.config_path.parent, root))
    if not flaws:
        vendor = root / "vendor"
        flaws += _link(vendor / "config.yml", settings.config_path, root)
        if templates:
            flaws += _link(vendor / _place(templates, root), templates, root)
    if flaws:
        raise ConfigError(*flaws)


def _find_misplaced(templates: Path | None, config_folder: Path, root: Path) -> Iterator[Flaw]:
    if templates is None:
        return
    where = "provisioning.custom_templates_dir"
    if config_folder.resolve() != root.resolve():
        says = "needs a config.yml in the project's own folder when Offhook is deployed"
        yield Flaw(where=where, says=says)
        return
    place = _place(templates, root)
    if place.parts[:1] == ("..",):
        says = (
            f'"{place}" lies outside the project, so it cannot be deployed; '
            'move the folder into the project and give its name, such as "custom_templates"'
        )
        yield Flaw(where=where, says=says)
    elif (place.parts or (".",))[0] in _TAKEN:
        says = (
            f'"{place}" belongs to the program in the deployment package; '
            'give the folder another name, such as "custom_templates"'
        )
        yield Flaw(where=where, says=says)


def _place(templates: Path, root: Path) -> Path:
    """Where the program in Lambda will look: the path as written, seen from app.py."""
    return Path(os.path.normpath(os.path.relpath(templates, root)))


def _link(link: Path, target: Path, root: Path) -> Iterator[Flaw]:
    if link.is_symlink():
        if link.exists() and link.samefile(target):
            return
        link.unlink()
    elif link.is_file() and target.is_file() and link.read_bytes() == target.read_bytes():
        return
    elif link.exists():
        says = (
            f"is in the way: the deployment package must hold {target.name} in its place; "
            "move or delete it"
        )
        yield Flaw(where=str(link.relative_to(root)), says=says)
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    inside = target.resolve().is_relative_to(root.resolve())
    # A relative link can be committed and works in every clone.
    to = os.path.relpath(target.resolve(), link.parent.resolve()) if inside else target.resolve()
    link.symlink_to(to, target_is_directory=target.is_dir())
