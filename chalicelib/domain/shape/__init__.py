"""What may a value from JSON or YAML look like, and what exactly is wrong with one that does not?

A shape both checks a value and describes itself as JSON Schema (2020-12), so that what the
documentation says and what the program takes cannot drift apart.
"""

from chalicelib.domain.shape.compound import Field, ListOf, MapOf, Patch, Record
from chalicelib.domain.shape.single import Anything, Code, Flag, Parsed, Shape, Text, Whole

__all__ = [
    "Anything",
    "Code",
    "Field",
    "Flag",
    "ListOf",
    "MapOf",
    "Parsed",
    "Patch",
    "Record",
    "Shape",
    "Text",
    "Whole",
]
