"""Does the quick way of rendering say just what Jinja's own says, and is it taken?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.format import FORMATS
from chalicelib.domain.vendor import Model, Pack, Template
from chalicelib.domain.vocabulary import speak
from chalicelib.rendering.compiled import CompiledTemplate, leave_out
from chalicelib.rendering.language import LEFT_OUT
from tests.packs.sample import DEVICES, FILES, PROVISIONING_URL, server_for

NAMES = [f"{pack.vendor}-{model.name}-{template.name}" for pack, model, template in FILES]


class Spied(CompiledTemplate):
    """A template that counts how often it was rendered by Jinja's own way."""

    slow_renders = 0

    def exact(self, words: Mapping[str, Any]) -> str:
        self.slow_renders += 1
        return super().exact(words)


def spy(source: str, parts: dict[str, str] | None = None) -> Spied:
    form = FORMATS["key_value"]
    return Spied(Template(name="t", path="t", source=source, format=form, parts=parts or {}))


@pytest.mark.parametrize(("pack", "model", "template"), FILES, ids=NAMES)
@pytest.mark.parametrize("size", DEVICES)
def test_file_of_a_pack_is_rendered_the_quick_way(
    pack: Pack, model: Model, template: Template, size: str
) -> None:
    dossier, _ = DEVICES[size]
    server = server_for(pack, size, model)
    words = speak(dossier, server=server, pack=pack, model=model, provisioning_url=PROVISIONING_URL)
    spied = Spied(template)

    quick = spied.render(words)

    assert spied.slow_renders == 0
    assert quick == spied.exact(words)


# Expressions over the words below, right and wrong ones.
EXPRESSIONS = [
    "SERVER_NAME",
    "vlan.phone",
    "vlan.pc",
    "vlan.none_such",
    "vlan.none_such | default('x')",
    "vlan['phone']",
    "vlan.pc | default(7)",
    "SERVER_NAME.length",
    "ntp_servers.first",
    "ntp_servers[0]",
    "ntp_servers[9]",
    "ntp_servers | length",
    "SERVER_NAME | lower",
    "SERVER_NAME | upper | default('y')",
    "lines",
    "(vlan.phone + 1)",
    "(SERVER_NAME + 1)",
    "-vlan.phone",
    "'a&b' if vlan.phone > 3 else ''",
    "vlan.phone if vlan.pc is none",
    "1 if vlan.none_such is defined else 2",
    "1 if vlan.none_such is none else 2",
    "1 if vlan.phone is defined and not vlan.pc else 2",
    "''",
    "'%NULL%'",
    "true",
]
BLOCKS = [
    "{{% for line in lines %}}{{{{ loop.index }}}}:{{{{ line.name }}}}={0}\n{{% endfor %}}",
    (
        "{{% for line in lines if line.position > 1 %}}{{{{ loop.first }}}}{0}"
        "{{% else %}}none{{% endfor %}}"
    ),
    "{{% if ({1}) %}}yes {0}{{% elif vlan.phone %}}second{{% else %}}no{{% endif %}}\n",
    "{{% for line in lines %}}{{% include 'part' %}}{{% endfor %}}\n{0}",
    "{{% include 'part' %}}{{% include 'part' %}}\n",
    "a = {0}\nb = {0} and {1}\n",
]
PARTS = {"part": "p = {{ vlan.phone }}\n{% if lldp %}q = {{ lldp }}\n{% endif %}{{ SERVER_NAME }}"}
TEXTS = st.sampled_from(["PBX", "a b", "%NULL%", "x\n", "é", "", " x"])


@given(
    block=st.sampled_from(BLOCKS),
    first=st.sampled_from(EXPRESSIONS),
    second=st.sampled_from(EXPRESSIONS),
    name=TEXTS,
    phone=st.sampled_from([None, 1, 100, True, "5"]),
    lines=st.lists(TEXTS, max_size=3),
    lldp=st.sampled_from([None, 0, 1]),
)
def test_both_ways_write_the_same_or_fail_alike(
    block: str,
    first: str,
    second: str,
    name: str,
    phone: object,
    lines: list[str],
    lldp: int | None,
) -> None:
    source = block.format(f"{{{{ {first} }}}}", second)
    spied = spy(source, PARTS)
    words = {
        "SERVER_NAME": name,
        "vlan": {"phone": phone, "pc": None},
        "ntp_servers": ["ntp.example.com"],
        "lines": [{"name": each, "position": at} for at, each in enumerate(lines, start=1)],
        "lldp": lldp,
    }

    said = outcome(lambda: spied.render(words)), outcome(lambda: spied.exact(words))

    assert said[0] == said[1]


def outcome(render: Any) -> str:  # noqa: ANN401 - a function without parameters
    try:
        return str(render())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return f"{type(error).__name__}: {error}"


def test_quick_way_gives_up_where_a_value_is_missing() -> None:
    spied = spy("a = {{ vlan.none_such | default('x') }} {{ vlan.phone }}")

    assert spied.render({"vlan": {"phone": 1}}) == "a = x 1"
    assert spied.slow_renders == 0
    assert outcome(lambda: spied.render({"vlan": {}})) == (
        "TemplateError: t, line 1: there is no phone; there are none"
    )
    assert spied.slow_renders == 1


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@given(text=st.text(min_size=1))
def test_letters_and_digits_stand_for_themselves_in_every_format(form: Any, text: str) -> None:  # noqa: ANN401 - a format
    alone = "".join(character for character in text if character.isalnum()) or "a"

    assert alone.isalnum()
    assert form.escape(alone) == alone


@given(
    lines=st.lists(st.sampled_from(["", "a", LEFT_OUT, f"b{LEFT_OUT}c", LEFT_OUT * 2]), max_size=6)
)
def test_lines_with_a_value_that_is_not_set_are_left_out(lines: list[str]) -> None:
    kept = [line for line in lines if LEFT_OUT not in line]

    assert leave_out("\n".join(lines)) == "\n".join(kept)
