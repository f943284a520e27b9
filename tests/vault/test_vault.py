"""Does a sealed text open at its place and nowhere else, and do rotations lose nothing?"""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.errors import ChangedError, StoreDownError
from chalicelib.domain.sealing import Seal, SealError
from chalicelib.vault.local_file import PlainWrap
from chalicelib.vault.vault import Vault
from tests.vault.fakes import (
    PLACE,
    Memory,
    Mirror,
    a_vault,
    all_that_is_in,
    keys_in,
    spellings,
)

ROOT = Path(__file__).parents[2]
# All that a str can hold: lone surrogates as well.
ANY_TEXT = st.text(st.characters(exclude_categories=()))
VAULT = a_vault()


# Sealing and opening


@given(text=ANY_TEXT, place=ANY_TEXT)
@example(text="", place=PLACE)
@example(text="\ud800", place="\udfff")
def test_open_gives_what_was_sealed(text: str, place: str) -> None:
    sealed = VAULT.seal(text, place=place)

    assert VAULT.open(sealed, place=place) == text


@given(place=ANY_TEXT, other=ANY_TEXT)
def test_open_at_another_place(place: str, other: str) -> None:
    sealed = VAULT.seal("secret", place=place)

    if place != other:
        with pytest.raises(SealError):
            VAULT.open(sealed, place=other)


def test_open_at_another_place_says_where() -> None:
    sealed = VAULT.seal("secret", place=PLACE)

    with pytest.raises(SealError) as caught:
        VAULT.open(sealed, place="offhook-dev|EXTENSION#1002|EXTENSION|password")

    assert str(caught.value) == (
        "the text at 'offhook-dev|EXTENSION#1002|EXTENSION|password' was changed after it was "
        "sealed, or sealed for another place"
    )


def test_sealed_text_says_version_and_key() -> None:
    keeper = Memory()

    sealed = a_vault(keeper).seal("secret", place=PLACE)

    version, key_id, content = sealed.split(".")
    assert version == "s1"
    assert f'"id":"{key_id}"'.encode() in (keeper.blob or b"")
    # 12 bytes nonce, 6 bytes text, 16 bytes tag: 34 bytes are 46 characters.
    assert len(content) == 46


def test_same_text_is_sealed_differently_each_time() -> None:
    sealed = {VAULT.seal("secret", place=PLACE) for _ in range(5_000)}

    nonces = {base64.urlsafe_b64decode(text.split(".")[2] + "==")[:12] for text in sealed}
    assert len(nonces) == 5_000


@pytest.mark.parametrize("text", ["", "secret", "seven77"])
def test_every_changed_character_is_found(text: str) -> None:
    """Texts of three lengths, so that the last character has 0, 2 and 4 unused bits."""
    sealed = VAULT.seal(text, place=PLACE)

    for position, character in enumerate(sealed):
        for other in "Aa0-_.=+/ \n\u00e9":
            if other != character:
                changed = sealed[:position] + other + sealed[position + 1 :]
                with pytest.raises(SealError):
                    VAULT.open(changed, place=PLACE)


@given(st.data())
def test_every_changed_bit_is_found(data: st.DataObject) -> None:
    version, key_id, content = VAULT.seal("secret", place=PLACE).split(".")
    raw = bytearray(base64.urlsafe_b64decode(content + "=="))
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))

    raw[bit // 8] ^= 1 << bit % 8

    changed = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    with pytest.raises(SealError):
        VAULT.open(f"{version}.{key_id}.{changed}", place=PLACE)


def test_every_cut_text_is_refused() -> None:
    sealed = VAULT.seal("secret", place=PLACE)

    for end in range(len(sealed)):
        with pytest.raises(SealError):
            VAULT.open(sealed[:end], place=PLACE)
        with pytest.raises(SealError):
            VAULT.open(sealed + sealed[: end + 1], place=PLACE)


@given(ANY_TEXT | st.from_regex(r"s1\.[0-9a-f]{8}\.[A-Za-z0-9_-]*", fullmatch=True))
@example("correct-horse")
@example("s1.deadbeef.correcthorse")
def test_text_that_was_never_sealed(text: str) -> None:
    with pytest.raises(SealError) as caught:
        VAULT.open(text, place=PLACE)

    assert len(text) < 4 or text not in str(caught.value)


def test_text_of_another_ring() -> None:
    foreign = a_vault().seal("secret", place=PLACE)

    with pytest.raises(SealError) as caught:
        VAULT.open(foreign, place=PLACE)

    assert str(caught.value) == (
        "the text at 'offhook-dev|EXTENSION#1001|EXTENSION|password' was sealed with a key that "
        "is not in our ring"
    )


def test_text_of_another_key_with_the_same_id() -> None:
    foreign = a_vault().seal("secret", place=PLACE).split(".")
    own = VAULT.seal("secret", place=PLACE).split(".")

    with pytest.raises(SealError, match="was changed after it was sealed"):
        VAULT.open(f"s1.{own[1]}.{foreign[2]}", place=PLACE)


# Signing


def test_signature_stays_the_same() -> None:
    keeper = Memory()

    first = a_vault(keeper).sign(b"001565123456|1", purpose="address")
    second = a_vault(keeper).sign(b"001565123456|1", purpose="address")

    assert first == second
    assert len(first) == 32


def test_signature_depends_on_message_purpose_and_ring() -> None:
    signatures = {
        VAULT.sign(b"message", purpose="address"),
        VAULT.sign(b"other", purpose="address"),
        VAULT.sign(b"message", purpose="cursor"),
        a_vault().sign(b"message", purpose="address"),
    }

    assert len(signatures) == 4


def test_known_ring_gives_known_bytes() -> None:
    """Computed without our code. Other bytes would turn every phone away."""
    ring = (
        b'{"format":1,"signing":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","keys":[{"id":'
        b'"0a1b2c3d","secret":"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=","created_at":'
        b'"2026-11-23T12:00:00+00:00"}]}'
    )
    vault = a_vault(Memory(ring))
    sealed = "s1.0a1b2c3d.ZGVmZ2hpamtsbW5vlIUd6jhtrzl_ofWGFodnUYVkoIx1biP4tBQKGE8"

    signature = vault.sign(b"001565123456|1", purpose="address")
    text = vault.open(sealed, place=PLACE)

    assert signature.hex() == "71bfb74c318bc9f3b948b56c847e5755106689ca3ad976c2053cce9ce5e32c9b"
    assert text == "correct-horse"


# Rotation


def test_rotation_keeps_texts_and_signatures() -> None:
    vault = a_vault()
    sealed = vault.seal("secret", place=PLACE)
    signature = vault.sign(b"message", purpose="address")

    vault.rotate()

    assert vault.open(sealed, place=PLACE) == "secret"
    assert vault.sign(b"message", purpose="address") == signature


def test_rotation_makes_texts_old() -> None:
    vault = a_vault()
    sealed = vault.seal("secret", place=PLACE)
    before = vault.is_current(sealed)

    vault.rotate()

    again = vault.seal(vault.open(sealed, place=PLACE), place=PLACE)
    assert (before, vault.is_current(sealed), vault.is_current(again)) == (True, False, True)


def test_rotation_elsewhere_is_noticed_with_its_first_text() -> None:
    keeper = Memory()
    here, there = a_vault(keeper), a_vault(keeper)
    here.seal("secret", place=PLACE)

    there.rotate()

    assert here.open(there.seal("new", place=PLACE), place=PLACE) == "new"
    assert here.is_current(there.seal("new", place=PLACE))


def test_rotation_after_one_elsewhere() -> None:
    keeper = Memory()
    here, there = a_vault(keeper), a_vault(keeper)
    here.seal("secret", place=PLACE)
    there.rotate()

    here.rotate()

    assert len(keys_in(keeper.blob or b"")) == 4


def test_rotation_elsewhere_at_the_same_time() -> None:
    keeper = Memory()
    first, second = a_vault(keeper), a_vault(keeper)
    first.seal("secret", place=PLACE)

    class Slow(PlainWrap):
        def wrap(self, plain: bytes) -> bytes:
            second.rotate()
            return plain

    with pytest.raises(ChangedError, match="somebody else rotated the keys at the same time"):
        Vault(keeper, Slow()).rotate()

    assert len(keys_in(keeper.blob or b"")) == 3
    assert first.open(second.seal("new", place=PLACE), place=PLACE) == "new"


def test_rotation_whose_answer_is_lost() -> None:
    class Deaf(Memory):
        def replace(self, old: bytes, new: bytes) -> bool:
            super().replace(old, new)
            return False

    keeper = Deaf()
    vault = a_vault(keeper)

    vault.rotate()

    assert len(keys_in(keeper.blob or b"")) == 3


def test_rotation_of_a_full_ring() -> None:
    keeper = Memory()
    vault = a_vault(keeper)
    for _ in range(31):
        vault.rotate()
    full = keeper.blob

    with pytest.raises(SealError, match="the key ring is full: it holds 32 keys"):
        vault.rotate()

    assert keeper.blob == full
    assert len(full or b"") < 4096


def test_is_current_of_a_text_that_was_never_sealed() -> None:
    with pytest.raises(SealError, match="the text is not a sealed one"):
        VAULT.is_current("correct-horse")


# First use


def test_keys_are_fetched_and_unwrapped_once() -> None:
    keeper, wrap = Memory(), Mirror()
    sealed = Vault(keeper, wrap).seal("secret", place=PLACE)
    keeper.loads = wrap.unwraps = 0
    vault = Vault(keeper, wrap)

    for _ in range(3):
        vault.open(sealed, place=PLACE)
        vault.seal("secret", place=PLACE)
        vault.sign(b"message", purpose="address")

    assert (keeper.loads, wrap.unwraps) == (1, 1)


def test_texts_of_unknown_keys_cost_one_load_each() -> None:
    keeper, wrap = Memory(), Mirror()
    vault = Vault(keeper, wrap)
    vault.seal("secret", place=PLACE)
    keeper.loads = wrap.unwraps = 0
    foreign = [a_vault().seal("secret", place=PLACE) for _ in range(2)]

    for text in foreign * 3:
        with pytest.raises(SealError):
            vault.open(text, place=PLACE)

    assert (keeper.loads, wrap.unwraps) == (2, 0)


def test_open_makes_no_keys() -> None:
    """A lost ring must not be hidden by a new one."""
    keeper = Memory()
    sealed = a_vault().seal("secret", place=PLACE)

    with pytest.raises(SealError, match="there is no key ring: it was lost"):
        a_vault(keeper).open(sealed, place=PLACE)

    assert keeper.blob is None


def test_first_use_that_fails_is_tried_again() -> None:
    class Flaky(Memory):
        def load(self) -> bytes | None:
            if self.loads == 0:
                self.loads = 1
                raise StoreDownError("on demand")
            return super().load()

    vault = a_vault(Flaky())
    with pytest.raises(StoreDownError):
        vault.seal("secret", place=PLACE)

    assert vault.open(vault.seal("secret", place=PLACE), place=PLACE) == "secret"


def test_keeper_that_keeps_nothing() -> None:
    class Sieve(Memory):
        def create(self, blob: bytes) -> bool:
            return bool(blob)

    with pytest.raises(StoreDownError, match="the key ring was stored and is not there"):
        a_vault(Sieve()).seal("secret", place=PLACE)


def test_threads_that_start_together_share_one_ring() -> None:
    keeper, wrap = Memory(), Mirror()
    vault = Vault(keeper, wrap)
    start = threading.Barrier(8)

    def seal(number: int) -> str:
        start.wait()
        return vault.seal(str(number), place=PLACE)

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(seal, range(8)))

    assert [vault.open(text, place=PLACE) for text in sealed] == list("01234567")
    # Looked, made one, looked again.
    assert (keeper.loads, wrap.unwraps) == (2, 1)


def test_construction_loads_nothing() -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from chalicelib.vault.kms import KmsWrap\n"
        "from chalicelib.vault.local_file import LocalFile\n"
        "from chalicelib.vault.vault import Vault\n"
        "wrap = KmsWrap('alias/offhook', table='t', region=None, endpoint=None)\n"
        "Vault(LocalFile(Path('/nowhere/at/all')), wrap)\n"
        "print([n for n in sys.modules if n.startswith(('boto', 'ctypes', 'cryptography'))])\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout == "[]\n"


def test_signing_loads_no_cipher(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from chalicelib.vault.local_file import LocalFile, PlainWrap\n"
        "from chalicelib.vault.vault import Vault\n"
        "Vault(LocalFile(Path(sys.argv[1])), PlainWrap()).sign(b'message', purpose='address')\n"
        "print([n for n in sys.modules if n.startswith(('boto', 'ctypes', 'cryptography'))])\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "keys")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "[]\n"


# Secrecy


def test_vault_is_a_seal() -> None:
    seal: Seal = a_vault()

    assert seal.open(seal.seal("secret", place=PLACE), place=PLACE) == "secret"


def test_nothing_shows_keys_or_texts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    keeper = Memory()
    vault = a_vault(keeper)
    sealed = vault.seal("correct-horse", place=PLACE)
    vault.sign(b"message", purpose="address")
    shown = [repr(vault), repr(vars(vault))]

    for broken in (sealed[:-3], sealed[:-1] + "!", "correct-horse"):
        with pytest.raises(SealError) as caught:
            vault.open(broken, place=PLACE)
        shown.append(all_that_is_in(caught.value))
    with pytest.raises(SealError) as caught:
        vault.open(sealed, place="elsewhere")
    shown.append(all_that_is_in(caught.value))

    everything = "\n".join([*shown, caplog.text])
    assert "correct-horse" not in everything
    assert sealed.split(".")[2][:20] not in everything
    for key in keys_in(keeper.blob or b""):
        assert not any(spelling in everything for spelling in spellings(key))
