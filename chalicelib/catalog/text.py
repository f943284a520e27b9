"""What is the text of a template's file?"""

from __future__ import annotations

from pathlib import Path

from chalicelib.domain.errors import Flaw, TemplateError

_LARGEST_TEMPLATE = 256 * 1024  # bytes


def read_text(path: Path) -> str:
    """The text, or a TemplateError that names the file and says what to do."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TemplateError(
            Flaw(where=str(path), says=f"cannot be read: {error.strerror}")
        ) from error
    if len(raw) > _LARGEST_TEMPLATE:
        says = f"has {len(raw)} bytes; at most {_LARGEST_TEMPLATE} are allowed"
        raise TemplateError(Flaw(where=str(path), says=says))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start + 1} is {raw[error.start]:#04x}"
        says = f"is not UTF-8: {found}; save the file as UTF-8"
        raise TemplateError(Flaw(where=str(path), says=says)) from error
