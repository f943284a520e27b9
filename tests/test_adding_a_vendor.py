"""Does a vendor that is added as docs/adding-a-vendor.md says work, without a line of Python?"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.catalog import BUILT_IN, Catalog
from chalicelib.catalog.facts import COMPILED, compile_facts, read_yaml
from chalicelib.domain.device import Dossier, Line
from chalicelib.domain.draft import Circumstances
from chalicelib.domain.mac import Mac
from chalicelib.domain.parameters import is_one_of
from chalicelib.domain.server import Server
from chalicelib.domain.vendor import FileKind
from chalicelib.domain.vocabulary import SAMPLE
from chalicelib.drafting import Drafter
from chalicelib.rendering import Renderer
from tests.fakes import Layers
from tools.new_vendor import main, scaffold
from tools.pack_shape import check_pack
from tools.packs import find_mistakes

PROJECT = Path(__file__).parents[1]
DOCUMENT = (PROJECT / "docs" / "adding-a-vendor.md").read_text("utf-8")
BLOCKS = {
    language: re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    for language in ("bash", "yaml", "jinja", "ini")
}
SETTINGS = {"language": "de", "vlan": {"phone": 100}}
KEYS = ({"position": 1, "module": 0, "type": "blf", "value": "1002", "line": 1},)
DOSSIER = replace(
    SAMPLE,
    device=replace(
        SAMPLE.device,
        vendor="acme",
        model="x2",
        lines=({"extension_number": "1001"},),
        keys=KEYS,
        settings=SETTINGS,
    ),
    lines=(Line(position=1, number="1001", name="Front desk", password="s3cret"),),
)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A folder of packs beside nothing but the time zones, with Acme as the document has it."""
    shutil.copy(BUILT_IN / "timezones.json", tmp_path)
    scaffold("acme", tmp_path)
    [facts], [template] = BLOCKS["yaml"], BLOCKS["jinja"]
    (tmp_path / "acme" / "vendor.yml").write_text(facts, "utf-8")
    (tmp_path / "acme" / "phone.template").write_text(template, "utf-8")
    (tmp_path / COMPILED).write_text(compile_facts(tmp_path), "utf-8")
    return tmp_path


@pytest.fixture
def catalog(packs: Path) -> Catalog:
    return Catalog(built_in=packs)


def draft(catalog: Catalog, dossier: Dossier, version: str | None = None) -> str:
    """The device's file."""
    drafter = drafter_of(catalog)
    [rule] = drafter.files(dossier.device)
    return drafter.device_file(dossier, rule, Circumstances(version=version)).text


def drafter_of(catalog: Catalog) -> Drafter:
    server = Server(
        name="PBX",
        sip_host="pbx.example.com",
        sip_port=5060,
        timezone=catalog.time_zone("Europe/Berlin"),
        ntp_servers=(),
        codecs=("G722", "PCMU"),
    )
    return Drafter(vendors=catalog, renderer=Renderer(), server=server, layers=Layers())


def test_facts_have_the_published_shape(packs: Path) -> None:
    check_pack(read_yaml(packs / "acme" / "vendor.yml"))


def test_device_gets_the_file_that_the_document_shows(catalog: Catalog) -> None:
    [shown] = BLOCKS["ini"]

    assert draft(catalog, DOSSIER) == shown
    assert drafter_of(catalog).examine(DOSSIER) == []


def test_older_firmware_gets_what_it_understands(catalog: Catalog) -> None:
    older, newer = draft(catalog, DOSSIER, "2.9.1"), draft(catalog, DOSSIER, "3.1.4")

    assert newer.replace("\nkey.", "\nsoftkey.") == older
    assert older != newer


def test_parameters_are_those_that_the_pack_lists(catalog: Catalog) -> None:
    pack = catalog.packs["acme"]

    names = [parameter.name for parameter in pack.format.read(draft(catalog, DOSSIER))]

    assert [name for name in names if not is_one_of(name, pack.parameters)] == []


def test_what_the_phone_cannot_be_told_is_a_warning(catalog: Catalog) -> None:
    device = replace(DOSSIER.device, settings={"language": "fr", "cdp": True})

    warnings = drafter_of(catalog).examine(replace(DOSSIER, device=device))

    assert warnings == [
        'settings.language: Acme knows no "fr"',
        "settings.cdp: Acme cannot be told",
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("acme.cfg", FileKind.EMPTY),
        ("acme-{mac}.cfg", FileKind.DEVICE),
        ("{mac}.lic", FileKind.ABSENT),
        ("{mac}-user.cfg", FileKind.UPLOAD),
    ],
)
def test_request_reaches_its_file(catalog: Catalog, name: str, kind: FileKind) -> None:
    assert list(catalog.vendors_asking_for(name)) == ["acme"]
    assert [rule.kind for rule in catalog.rules(name, "acme")] == [kind]


def test_phone_is_recognised(catalog: Catalog) -> None:
    told = catalog.identify("Acme X2 3.1.4 020000aabbcc")
    seen = catalog.identifier.identify_mac(Mac("02005e123456"))

    assert (told.vendor, told.model, told.version) == ("acme", "x2", "3.1.4")
    assert seen.vendor == "acme"


def test_pack_that_was_only_begun_works(tmp_path: Path) -> None:
    shutil.copy(BUILT_IN / "timezones.json", tmp_path)
    scaffold("acme", tmp_path)
    catalog = Catalog(built_in=tmp_path)
    dossier = replace(DOSSIER, device=replace(DOSSIER.device, model="x1", keys=(), settings={}))

    text = draft(catalog, dossier)

    check_pack(read_yaml(tmp_path / "acme" / "vendor.yml"))
    assert text == (
        "account.1.user = 1001\naccount.1.password = s3cret\naccount.1.server = pbx.example.com\n"
    )


@pytest.mark.parametrize("name", ["", "Acme", "ac me", "../acme", "1acme", "a"])
def test_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is not a name in lower case, such as acme"):
        scaffold(name, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_pack_that_is_there_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scaffold("acme", tmp_path)

    with pytest.raises(ValueError, match="there is a pack already"):
        scaffold("acme", tmp_path)
    with pytest.raises(SystemExit):
        main(["zip"])

    assert "there is a pack already" in capsys.readouterr().err


def test_commands_of_the_document_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))

    used = set(re.findall(r"\bmake ([a-z-]+)", "".join(BLOCKS["bash"])))

    assert used == {"vendor", "packs", "test", "run"}
    assert used <= targets


def test_make_packs_tells_every_mistake_of_every_pack(tmp_path: Path) -> None:
    for name in ("acme", "apex"):
        scaffold(name, tmp_path)
        facts = tmp_path / name / "vendor.yml"
        facts.write_text(facts.read_text("utf-8").replace("key_value", "kay_value"), "utf-8")

    assert list(find_mistakes(BUILT_IN)) == []
    assert [line.partition('"')[0] for line in find_mistakes(tmp_path)] == [
        "acme/vendor.yml: format: ",
        "apex/vendor.yml: format: ",
    ]
