"""Are the vendor packs found, and custom templates laid over them or refused with advice?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.catalog import BUILT_IN, Catalog
from chalicelib.catalog.digests import DIGESTS, write_digests
from chalicelib.catalog.facts import COMPILED, compile_facts
from chalicelib.domain.device import Line
from chalicelib.domain.errors import InputError, TemplateError
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.server import Server
from chalicelib.domain.vocabulary import SAMPLE, speak
from chalicelib.rendering import Renderer

# From the product document, "Custom Templates", as it stands there.
T57W = """\
#!version:1.0.0.1

# Account 1
account.1.enable = 1
account.1.label = {{EXTENSION_NAME}}
account.1.display_name = {{EXTENSION_NAME}}
account.1.auth_name = {{EXTENSION_NUMBER}}
account.1.user_name = {{EXTENSION_NUMBER}}
account.1.password = {{EXTENSION_PASSWORD}}
account.1.sip_server.1.address = {{SIP_SERVER}}
account.1.sip_server.1.port = {{SIP_PORT}}

# Custom settings for T57W
wifi.enable = 1
bluetooth.enable = 1
"""


def lay_out(folder: Path, **text_by_name: str) -> Catalog:
    for name, text in text_by_name.items():
        (folder / f"{name}.template").write_text(text, "utf-8")
    return Catalog(custom=folder)


def render(catalog: Catalog, vendor: str, model: str, *, name: str = "Reception") -> str:
    pack, found = catalog.find(vendor, model)
    server = Server(
        name="Head office",
        sip_host="192.168.1.14",
        sip_port=5060,
        timezone=catalog.time_zone("Europe/Berlin"),
        ntp_servers=(),
        codecs=("PCMU", "PCMA"),
    )
    line = Line(position=1, number="1001", name=name, password="s3cret")
    words = speak(replace(SAMPLE, lines=(line,)), server=server, pack=pack, model=found)
    return Renderer().render(found.template, words)


def complaints(catalog: Catalog) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        _ = catalog.packs
    return [str(flaw) for flaw in caught.value.flaws]


def test_example_of_the_product_document_adds_a_model(tmp_path: Path) -> None:
    catalog = lay_out(tmp_path, zip_t57w=T57W)

    text = render(catalog, "zip", "t57w")

    assert list(catalog.packs["zip"].models) == ["33g", "37g", "t57w"]
    assert text == (
        "#!version:1.0.0.1\n"
        "\n"
        "# Account 1\n"
        "account.1.enable = 1\n"
        "account.1.label = Reception\n"
        "account.1.display_name = Reception\n"
        "account.1.auth_name = 1001\n"
        "account.1.user_name = 1001\n"
        "account.1.password = s3cret\n"
        "account.1.sip_server.1.address = 192.168.1.14\n"
        "account.1.sip_server.1.port = 5060\n"
        "\n"
        "# Custom settings for T57W\n"
        "wifi.enable = 1\n"
        "bluetooth.enable = 1\n"
    )


def test_template_of_a_windows_editor_gives_the_same_text(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + T57W.replace("\n", "\r\n").encode()
    (tmp_path / "zip_t57w.template").write_bytes(raw)

    text = render(Catalog(custom=tmp_path), "zip", "t57w")

    assert text.startswith("#!version:1.0.0.1\n\n# Account 1\n")
    assert "\r" not in text


@pytest.mark.parametrize("name", ["zip_33g", "zultys_33g", "zip_zip33g"])
def test_custom_template_takes_the_place_of_a_built_in_one(tmp_path: Path, name: str) -> None:
    catalog = lay_out(tmp_path, **{name: "mine = {{EXTENSION_NUMBER}}\n"})

    text = render(catalog, "zip", "33g")

    assert text == "mine = 1001\n"
    assert list(catalog.packs["zip"].models) == ["33g", "37g"]
    assert catalog.find("zip", "33g")[1].label == "ZIP 33G"
    assert [model.name for _, model in catalog.custom_models()] == ["33g"]


def test_template_of_a_new_vendor_adds_the_vendor(tmp_path: Path) -> None:
    catalog = lay_out(tmp_path, acme_x1="number = {{EXTENSION_NUMBER}}\n")

    text = render(catalog, "ACME", "X1")

    assert text == "number = 1001\n"
    assert list(catalog.packs) == sorted(["acme", *Catalog().packs])
    for shape in ("{mac}.cfg", "cfg{mac}.cfg"):
        assert {"acme", "zip"} <= set(catalog.vendors_asking_for(shape))
        assert [rule.vendor for rule in catalog.rules(shape, "acme")] == ["acme"]


@pytest.mark.parametrize(
    "begin", ["", "\ufeff", "\n  ", "{# for the X2 #}\n", "{% if mac %}{# a #} {% endif %}"]
)
def test_template_that_begins_as_xml_is_escaped_as_xml(tmp_path: Path, begin: str) -> None:
    xml = begin + "<phone><name>{{EXTENSION_NAME}}</name></phone>"
    catalog = lay_out(tmp_path, acme_x1="name = {{EXTENSION_NAME}}", acme_x2=xml, zip_x3=xml)

    plain = render(catalog, "acme", "x1", name="R & D")

    assert plain == "name = R & D"
    assert "<name>R &amp; D</name>" in render(catalog, "acme", "x2", name="R & D")
    assert "<name>R &amp; D</name>" in render(catalog, "zip", "x3", name="R & D")


def test_first_template_of_a_new_vendor_does_not_choose_the_format_of_the_next(
    tmp_path: Path,
) -> None:
    catalog = lay_out(
        tmp_path, acme_x1="<name>{{EXTENSION_NAME}}</name>", acme_x2="name = {{EXTENSION_NAME}}"
    )

    text = render(catalog, "acme", "x2", name="R & D")

    assert text == "name = R & D"


@pytest.mark.parametrize("source", ["{#" * 100_000, "{##}" * 50_000, "{# #}{% %}" * 20_000])
def test_telling_xml_apart_takes_no_time(tmp_path: Path, source: str) -> None:
    catalog = lay_out(tmp_path, acme_x1=source)

    _, model = catalog.find("acme", "x1")

    assert model.template.format.name == "key_value"


@pytest.mark.parametrize("vendor", ["zip", "ZIP", " Zip ", "zultys", "Zultys"])
@pytest.mark.parametrize("model", ["33g", "33G", "zip33g", "ZIP33G", "ZIP 33G", " zip 33g "])
def test_vendor_and_model_are_found_by_name_and_alias(vendor: str, model: str) -> None:
    pack, found = Catalog().find(vendor, model)

    assert (pack.vendor, found.name) == ("zip", "33g")


def test_unknown_vendor_is_told_with_those_that_exist() -> None:
    with pytest.raises(InputError) as caught:
        Catalog().find("nokia", "3310")

    assert str(caught.value).startswith('vendor: "nokia" is not a supported vendor; supported ')
    assert "zip" in str(caught.value)


def test_unknown_model_is_told_with_those_that_exist() -> None:
    with pytest.raises(InputError) as caught:
        Catalog().find("zip", "57i")

    assert str(caught.value) == 'model: "57i" is not a model of zip; supported are 33g, 37g'


@pytest.mark.parametrize("name", ["1220IP", "1220"])
def test_model_that_is_only_recognised_is_told_so(name: str) -> None:
    with pytest.raises(InputError) as caught:
        Catalog().find("avaya", name)

    assert str(caught.value) == (
        f'model: "{name}" is only recognised: no file of it can be written, '
        "unless a template adds one"
    )


NAMING = "must be named vendor_model.template, in lower case, such as zip_t57w.template"


@pytest.mark.parametrize(
    "name",
    [
        "t57w.template",
        "ZIP_T57W.template",
        "zip_t57w.Template",
        "zip_t57w.template.txt",
        "zip_.template",
        "_t57w.template",
        "zip_t57 w.template",
        "zíp_t57w.template",
        "zip-phone_t57w.template",
    ],
)
def test_wrong_name_is_told_with_the_right_form(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a = 1\n")

    found = complaints(Catalog(custom=tmp_path))

    assert found == [f"{tmp_path / name}: {NAMING}; rename the file"]


def test_everything_wrong_in_the_folder_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "acme_a.template").write_bytes(b"name = \xff\n")
    (tmp_path / "acme_b.template").write_bytes(b"#" * (256 * 1024 + 1))
    (tmp_path / "acme_c.template").mkdir()
    (tmp_path / "acme_d.template").symlink_to(tmp_path / "gone")
    (tmp_path / "zip_33g.template").write_text("a = 1\n")
    (tmp_path / "zultys_zip33g.template").write_text("a = 2\n")

    found = complaints(Catalog(custom=tmp_path))

    assert found == [
        f"{tmp_path}/acme_a.template: is not UTF-8: byte 8 is 0xff; save the file as UTF-8",
        f"{tmp_path}/acme_b.template: has 262145 bytes; at most 262144 are allowed",
        f"{tmp_path}/acme_c.template: cannot be read: Is a directory",
        f"{tmp_path}/acme_d.template: cannot be read: No such file or directory",
        (
            f"{tmp_path}/zultys_zip33g.template: is for the same model as zip_33g.template; "
            "keep one of the two"
        ),
    ]


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    for name in ("README.md", ".gitkeep", "._zip_t57w.template", "zip_t57w.template~"):
        (tmp_path / name).write_bytes(b"\xff")

    catalog = Catalog(custom=tmp_path)

    assert list(catalog.custom_models()) == []


def test_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = complaints(Catalog(custom=tmp_path / "gone"))

    assert found == [
        (
            f"{tmp_path}/gone: cannot be read as a folder: No such file or directory; "
            "see provisioning.custom_templates_dir"
        )
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "acme_x1.template"
    path.write_text("a = 1\n")
    path.chmod(0)

    found = complaints(Catalog(custom=tmp_path))

    assert found == [f"{path}: cannot be read: Permission denied"]


PACK = """\
vendor: "acme"
label: "Acme"
aliases: ["acme phones"]
format: "key_value"
models:
  "x1": {label: "X1", aliases: ["ip-x1"], template: "phone"}
files:
  - {name: "{mac}.CFG", kind: "device"}
  - {name: "acme.cfg", kind: "empty"}
user_agents:
  - {pattern: "Acme {model} {version}", examples: ["Acme X1 1.0"]}
"""


def lay_out_packs(folder: Path, **text_by_vendor: str) -> Path:
    for vendor, text in text_by_vendor.items():
        (folder / vendor).mkdir()
        (folder / vendor / "vendor.yml").write_text(text, "utf-8")
        (folder / vendor / "phone.template").write_text("user = {{EXTENSION_NUMBER}}\n", "utf-8")
    return folder


def test_compiled_facts_of_the_built_in_packs_are_current() -> None:
    compiled = (BUILT_IN / COMPILED).read_text("utf-8")

    assert compiled == compile_facts(BUILT_IN), "run: make packs"


def test_digests_of_the_built_in_packs_are_current() -> None:
    written = (BUILT_IN / DIGESTS).read_text("utf-8")

    assert written == write_digests(BUILT_IN), "run: make packs"


def test_digest_of_a_vendor_follows_its_facts_and_templates(tmp_path: Path) -> None:
    folder = lay_out_packs(tmp_path, acme=PACK, other=PACK)

    def digests() -> Mapping[str, str]:
        (folder / DIGESTS).write_text(write_digests(folder), "utf-8")
        return Catalog(built_in=folder).digests

    first = digests()
    (folder / "acme" / "phone.template").write_text("another = 1\n", "utf-8")
    second = digests()
    (folder / "acme" / "vendor.yml").write_text(f"{PACK}\n# more\n", "utf-8")
    third = digests()

    assert len({each["acme"] for each in (first, second, third)}) == 3
    assert len({each["other"] for each in (first, second, third)}) == 1


def test_digest_of_a_vendor_follows_its_custom_templates(tmp_path: Path) -> None:
    folder = tmp_path / "custom"
    folder.mkdir()
    before = Catalog(custom=folder).digests
    (folder / "zip_33g.template").write_text("user = {{EXTENSION_NUMBER}}\n", "utf-8")
    after = Catalog(custom=folder).digests

    assert {name for name in after if after[name] != before[name]} == {"zip"}


def test_packs_of_a_folder_without_compiled_facts_are_found(tmp_path: Path) -> None:
    catalog = Catalog(built_in=lay_out_packs(tmp_path, acme=PACK))

    pack, model = catalog.find("Acme Phones", "IP-X1")

    assert (pack.vendor, model.name) == ("acme", "x1")
    assert list(catalog.vendors) == ["acme"]
    assert list(catalog.vendors_asking_for("{mac}.cfg")) == ["acme"]


def test_compiled_facts_say_the_same(tmp_path: Path) -> None:
    folder = lay_out_packs(tmp_path, acme=PACK)
    before = Catalog(built_in=folder).packs
    (folder / COMPILED).write_text(compile_facts(folder), "utf-8")

    catalog = Catalog(built_in=folder)

    assert catalog.packs == before
    assert catalog.identify("Acme X1 1.0").version == "1.0"


def test_pack_that_changed_since_is_read_itself(tmp_path: Path) -> None:
    folder = lay_out_packs(tmp_path, acme=PACK, other=PACK.replace("cme", "nother"))
    (folder / COMPILED).write_text(compile_facts(folder), "utf-8")
    (folder / "acme" / "vendor.yml").write_text(PACK.replace("acme.cfg", "new.cfg"), "utf-8")

    catalog = Catalog(built_in=folder)

    assert list(catalog.vendors_asking_for("new.cfg")) == ["acme"]
    assert list(catalog.vendors_asking_for("acme.cfg")) == []
    assert [rule.shape for rule in catalog.rules("new.cfg", "acme")] == ["new.cfg"]


def test_pack_that_came_or_went_since_is_seen(tmp_path: Path) -> None:
    folder = lay_out_packs(tmp_path, acme=PACK, gone=PACK)
    (folder / COMPILED).write_text(compile_facts(folder), "utf-8")
    lay_out_packs(folder, new=PACK)
    (folder / "gone" / "vendor.yml").unlink()

    assert list(Catalog(built_in=folder).vendors) == ["acme", "new"]


def test_only_the_pack_that_is_asked_for_is_loaded(tmp_path: Path) -> None:
    folder = lay_out_packs(tmp_path, acme=PACK, broken=PACK)
    (folder / COMPILED).write_text(compile_facts(folder), "utf-8")
    (folder / "broken" / "phone.template").unlink()
    catalog = Catalog(built_in=folder)

    pack, _ = catalog.find("acme", "x1")

    assert pack.label == "Acme"
    with pytest.raises(TemplateError, match="cannot be read: No such file or directory"):
        catalog.find("broken", "x1")


def test_custom_template_of_another_vendor_does_not_stop_this_one(tmp_path: Path) -> None:
    (tmp_path / "acme_x1.template").write_bytes(b"name = \xff\n")
    catalog = Catalog(custom=tmp_path)

    _, model = catalog.find("zip", "33g")

    assert model.name == "33g"
    assert len(complaints(catalog)) == 1


def test_user_agent_is_asked_of_the_first_vendor_and_then_of_all(tmp_path: Path) -> None:
    other = PACK.replace("Acme", "Other").replace('"acme"', '"other"')
    catalog = Catalog(built_in=lay_out_packs(tmp_path, acme=PACK, other=other))

    own = catalog.identify("Acme X1 1.0", first="acme")
    others = catalog.identify("Other X1 2.0", first="acme")
    nobodys = catalog.identify("curl/8.5.0", first="acme")

    assert (own.vendor, own.model, own.version) == ("acme", "x1", "1.0")
    assert (others.vendor, others.version) == ("other", "2.0")
    assert nobodys == catalog.identify("") == Evidence()


def test_vendor_of_custom_templates_alone_may_be_asked_first(tmp_path: Path) -> None:
    catalog = lay_out(tmp_path, acme_x1="a = 1\n")

    found = catalog.identify("Zultys ZIP 33G - 47.80.132.4", first="acme")

    assert found.vendor == "zip"
