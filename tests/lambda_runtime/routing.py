"""Which resource of the API does a path reach?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Match:
    """A resource, and what its placeholders caught, still percent-encoded."""

    resource: str
    parameters: Mapping[str, str]


def find_resource(resources: Iterable[str], path: str) -> Match | None:
    """The resource that API Gateway chooses: literal before `{one}` before `{greedy+}`."""
    segments = _split(path.removesuffix("/") or "/")
    for resource in sorted(resources, key=lambda one: [_rank(part) for part in _split(one)]):
        parameters = _match(_split(resource), segments)
        if parameters is not None:
            return Match(resource=resource, parameters=parameters)
    return None


def _split(path: str) -> list[str]:
    return [] if path == "/" else path.split("/")[1:]


def _rank(part: str) -> int:
    if not part.startswith("{"):
        return 0
    return 2 if part.endswith("+}") else 1


def _match(parts: list[str], segments: list[str]) -> dict[str, str] | None:
    parameters = {}
    for position, part in enumerate(parts):
        if position >= len(segments):
            return None
        if _rank(part) == 2:
            parameters[part[1:-2]] = "/".join(segments[position:])
            return parameters
        if _rank(part) == 1 and segments[position]:
            parameters[part[1:-1]] = segments[position]
        elif part != segments[position]:
            return None
    return parameters if len(parts) == len(segments) else None
