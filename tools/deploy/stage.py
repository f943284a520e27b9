"""Which stages can be deployed?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOCAL = "local"


def refuse_unknown_stage(stage: str, project: Path) -> None:
    """Stop for a stage that .chalice/config.json does not have, or that is not deployed."""
    stages = read_stages(project)
    deployable = sorted(name for name in stages if name != LOCAL)
    if stage == LOCAL:
        raise SystemExit(
            f"offhook: stage {LOCAL} runs on this machine (make run); "
            f"what can be deployed is {_listed(deployable)}."
        )
    if stage not in stages:
        raise SystemExit(
            f'offhook: .chalice/config.json has no stage "{stage}"; '
            f"what can be deployed is {_listed(deployable)}."
        )


def read_stages(project: Path) -> dict[str, Any]:
    """What .chalice/config.json says of each stage."""
    file = project / ".chalice" / "config.json"
    try:
        stages: dict[str, Any] = json.loads(file.read_text("utf-8"))["stages"]
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f"offhook: .chalice/config.json cannot be read: {error!r}.") from None
    return stages


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "nothing yet"
