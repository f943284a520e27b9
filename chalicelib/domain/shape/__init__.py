"""What may a value from JSON or YAML look like, and what exactly is wrong with one that does not?

A shape both checks a value and describes itself as JSON Schema (2020-12), so that what the
documentation says and what the program takes cannot drift apart.
"""

from chalicelib.domain.shape.compound import Field, ListOf, MapOf, Record
from chalicelib.domain.shape.single import Flag, Parsed, Shape, Text, Whole

__all__ = [
    "Field",
    "Flag",
    "ListOf",
    "MapOf",
    "Parsed",
    "Record",
    "Shape",
    "Text",
    "Whole",
]
