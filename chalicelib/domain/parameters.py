"""Which parameters does a config file hold?

Strict readers of the file formats, apart from the writing: what is rendered must read back as what
was put in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMING = ("name", "id", "ID")
_MARKS = ("idx", "index", "n", "button", "context", "At")
_SET = re.compile(r'SET ([0-9A-Za-z_]+) (?:"([^"]*)"|(\S+))')
_QUOTED = re.compile(r'([0-9A-Za-z_@-]+)="([^"]*)"')
_COLON = re.compile(r'[!^]?([^:#]+?):(?: +(?:"([^"]*)"|([^#;"]*?)))? *')
_MODULE = re.compile(r"<[0-9A-Za-z ]+>")
_LIST = re.compile(r"--([^-:][^:]*?)--+ *:")
_PADDED = re.compile(r"([^:<>]*[^:<> ]) *:(|[^ ].*)")
_KEY_VALUE = re.compile(r"([^=#]+?) *=(?: *)(.*?) *")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a config file, and the line it stands on where that is known."""

    name: str
    value: str
    line: int = 0


def is_one_of(name: str, patterns: Sequence[str]) -> bool:
    """Whether the name is one of these, in which {n} stands for a number."""
    return _compile(tuple(patterns)).fullmatch(name) is not None


@lru_cache(maxsize=128)
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    written = "|".join(re.escape(each).replace(r"\{n\}", "[0-9]+") for each in patterns)
    return re.compile(written or r"(?!)")


def read_key_value(text: str) -> list[Parameter]:
    """`name = value`; a `#` at the start of a line makes it a comment. Raises ValueError."""
    return _read_lines(text, _KEY_VALUE, comments=("#",))


def read_colon(text: str) -> list[Parameter]:
    """`name: value`, with `!` or `^` before the name. Raises ValueError."""
    return _read_lines(text, _COLON, comments=("#",))


def read_quoted(text: str) -> list[Parameter]:
    """`NAME="value"`, lines ended by CR LF. Raises ValueError."""
    if re.search(r"(?<!\r)\n", text):
        raise ValueError("a line does not end with CR LF")
    return _read_lines(text.replace("\r\n", "\n"), _QUOTED, comments=("#",))


def read_set(text: str) -> list[Parameter]:
    """`SET NAME value`, beside GOTO, IF and GET and tags. Raises ValueError."""
    return _read_lines(text, _SET, comments=("#", "GET ", "GOTO ", "IF "))


def read_modules(text: str) -> list[Parameter]:
    """`Name  :value` in modules; the name of a list stands before its parameters' names.

    Raises ValueError.

    <SIP CONFIG MODULE>
    --SIP Line List--  :
    SIP1 Phone Number  :1001            SIP Line List/SIP1 Phone Number
    """
    if re.search(r"(?<!\r)\n", text):
        raise ValueError("a line does not end with CR LF")
    first, *lines = text.split("\r\n")
    if not first.startswith("<<VOIP CONFIG FILE>>Version:"):
        raise ValueError("line 1 is not the header")
    if lines[-2:] != ["<<END OF FILE>>", ""]:
        raise ValueError("the last line does not say so")
    found = []
    prefix = ""
    for number, line in enumerate(lines[:-2], start=2):
        listed, read = _LIST.fullmatch(line), _PADDED.fullmatch(line)
        if not line or _MODULE.fullmatch(line):
            prefix = ""
        elif listed:
            prefix = f"{listed[1]}/"
        elif read:
            found.append(Parameter(prefix + read[1], read[2], number))
        else:
            raise ValueError(f"line {number} is not of the format")
    return found


def read_xml(text: str) -> list[Parameter]:
    """What an XML file sets. Raises ValueError for a text that is no XML.

    An element that holds text is a parameter of its own name, or of that which its `name` or `id`
    says; so is an attribute with dots in its name, as Poly has them. Attributes that tell elements
    of one name apart stand behind it, and elements inside of such an element come after a slash.
    Other attributes of an element with elements inside are structure, unless it is told apart:

        <user_name idx="1" perm="R">1001</user_name>   user_name[idx=1], user_name[idx=1]@perm
        <line n="2"><label>Desk</label></line>         line[n=2]/label
        <reg reg.1.label="Desk"/>                      reg.1.label
        <APPLICATION FILE="a.ld"/>                     APPLICATION@FILE
        <item id="Sip.User" value="1001"/>             Sip.User

    Elements that have their name, and that of the object that they belong to, as elements inside:

        <Object><Name>Line.1.</Name><ParameterValueStruct><Name>Enable</Name><Value>1</Value>...
                                                       Line.1.Enable
    """
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - what was just rendered, not a stranger's
    except ElementTree.ParseError as error:
        raise ValueError(f"is not XML: {error}") from error
    return list(_read_element(root, ""))


def _read_element(element: Element, prefix: str) -> Iterator[Parameter]:
    if element.tag == "Object":
        yield from _read_object(element)
        return
    attributes = dict(element.attrib)
    called = next((attributes.pop(key) for key in _NAMING if attributes.get(key)), None)
    marks = {key: attributes.pop(key) for key in _MARKS if key in attributes}
    name = prefix + (called or element.tag.rpartition("}")[2])
    name += "".join(f"[{key}={value}]" for key, value in marks.items())
    if called and "value" in attributes:
        yield Parameter(name, attributes.pop("value"))
    elif not len(element) and (not attributes or (element.text or "").strip()):
        yield Parameter(name, element.text or "")
    for key, value in attributes.items():
        if "." in key:
            yield Parameter(key, value)
        elif marks or not len(element):
            yield Parameter(f"{name}@{key}", value)
    for child in element:
        yield from _read_element(child, f"{name}/" if marks else prefix)


def _read_object(element: Element) -> Iterator[Parameter]:
    called = element.findtext("Name", "")
    for child in element.iterfind("ParameterValueStruct"):
        yield Parameter(called + child.findtext("Name", ""), child.findtext("Value", ""))


def _read_lines(
    text: str, pattern: re.Pattern[str], *, comments: tuple[str, ...]
) -> list[Parameter]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith(comments):
            continue
        read = pattern.fullmatch(line)
        if read is None:
            raise ValueError(f"line {number} is not of the format")
        name, *values = read.groups()
        value = next((value for value in values if value is not None), "")
        found.append(Parameter(name, value, number))
    return found
