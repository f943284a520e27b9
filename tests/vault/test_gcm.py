"""Does Python's own OpenSSL, called by us, do what `cryptography` and the standard do?"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.vault.cipher import Aead, Cipher, TagError, parse_sealed
from chalicelib.vault.gcm import Borrowed, Gcm
from chalicelib.vault.keyring import DataKey
from tests.vault.fakes import NOON, PLACE

ROOT = Path(__file__).parents[2]
KEY = bytes(range(32))
NONCE = bytes(range(12))
GCM = Gcm(KEY)


# Test case 16 of "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega
MCGREW = {
    "key": "feffe9928665731c6d6a8f9467308308" * 2,
    "nonce": "cafebabefacedbaddecaf888",
    "text": "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    "associated": "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    "encrypted": "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
    "tag": "76fc6ece0f4e1768cddf8853bb2d551b",
}


def test_text_of_the_standard() -> None:
    case = {name: bytes.fromhex(value) for name, value in MCGREW.items()}
    gcm = Gcm(case["key"])

    encrypted = gcm.encrypt(case["nonce"], case["text"], case["associated"])

    assert encrypted.hex() == MCGREW["encrypted"] + MCGREW["tag"]
    assert gcm.decrypt(case["nonce"], encrypted, case["associated"]) == case["text"]


@pytest.mark.parametrize(
    ("sealed", "text"),
    [
        (
            "s1.00c0ffee.ZGVmZ2hpamtsbW5vcQYzAOO7QvgF0Kieegkbcughw9ZN7SV37Vr110ia",
            "canary-of-1001",
        ),
        ("s1.00c0ffee.ZGVmZ2hpamtsbW5vXSqXAQO2xjrsZSGi1HdceA", ""),
        (
            "s1.00c0ffee.ZGVmZ2hpamtsbW5vMiAvoi0B8PJP3X46_9DwtT8YEbmUnLyGCi0xyQpOKuM",
            " Grüße, 电话",
        ),
    ],
)
def test_what_cryptography_sealed_opens(sealed: str, text: str) -> None:
    """Records of a version of Offhook that sealed with the package `cryptography`, 50.0.2."""
    cipher = Cipher(DataKey(id="00c0ffee", secret=KEY, created_at=NOON))

    opened = cipher.open(parse_sealed(sealed, where="the text"), place=PLACE)

    assert opened == text


@given(st.binary(min_size=32, max_size=32), st.binary(), st.binary())
@example(KEY, b"", b"")
@example(KEY, b"x" * 70_000, b"y" * 70_000)
def test_both_encrypt_alike(key: bytes, text: bytes, associated: bytes) -> None:
    other = AESGCM(key)

    encrypted = Gcm(key).encrypt(NONCE, text, associated)

    assert encrypted == other.encrypt(NONCE, text, associated)
    assert Gcm(key).decrypt(NONCE, encrypted, associated) == text


@pytest.mark.parametrize("aead", [GCM, Borrowed(KEY)])
@given(data=st.data())
def test_changed_bit_is_found(aead: Aead, data: st.DataObject) -> None:
    encrypted = bytearray(GCM.encrypt(NONCE, b"secret", b"place"))
    bit = data.draw(st.integers(0, 8 * len(encrypted) - 1))

    encrypted[bit // 8] ^= 1 << bit % 8

    with pytest.raises(TagError):
        aead.decrypt(NONCE, bytes(encrypted), b"place")


@pytest.mark.parametrize("length", range(16))
def test_too_short_a_text_is_refused(length: int) -> None:
    with pytest.raises(TagError):
        GCM.decrypt(NONCE, bytes(length), b"place")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"^a key of {length} bytes$"):
        Gcm(bytes(length))


@pytest.mark.parametrize("length", [0, 11, 13])
def test_nonce_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"^a nonce of {length} bytes$"):
        GCM.encrypt(bytes(length), b"secret", b"place")
    with pytest.raises(ValueError, match=f"^a nonce of {length} bytes$"):
        GCM.decrypt(bytes(length), bytes(20), b"place")


def test_refusal_leaves_no_error_to_the_next_call_of_tls() -> None:
    """Python's ssl takes the thread's last error of OpenSSL for its own."""
    import _hashlib

    openssl = ctypes.PyDLL(_hashlib.__file__)
    # Not every version leaves an error of its own, so there is one that has to go with it.
    openssl.BIO_new_file(b"/nowhere/at/all", b"r")
    assert openssl.ERR_peek_error() != 0

    with pytest.raises(TagError):
        GCM.decrypt(NONCE, bytes(20), b"place")

    assert openssl.ERR_peek_error() == 0


def test_threads_do_not_mix_their_texts() -> None:
    texts = [bytes([number]) * (number + 1) for number in range(200)]

    def there_and_back(text: bytes) -> bytes:
        for _ in range(20):
            assert GCM.decrypt(NONCE, GCM.encrypt(NONCE, text, text), text) == text
        return GCM.encrypt(NONCE, text, text)

    with ThreadPoolExecutor(8) as threads:
        encrypted = list(threads.map(there_and_back, texts))

    assert encrypted == [AESGCM(KEY).encrypt(NONCE, text, text) for text in texts]


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory is in use")
def test_memory_is_given_back() -> None:
    program = (
        "from pathlib import Path\n"
        "from chalicelib.vault.cipher import TagError\n"
        "from chalicelib.vault.gcm import Gcm\n"
        "gcm = Gcm(bytes(32))\n"
        "def run(times):\n"
        "    for _ in range(times):\n"
        "        try:\n"
        "            gcm.decrypt(bytes(12), gcm.encrypt(bytes(12), b's' * 500, b'p'), b'q')\n"
        "        except TagError:\n"
        "            pass\n"
        "    return int(Path('/proc/self/statm').read_text().split()[1])\n"
        "before = run(2_000)\n"
        "print(run(20_000) - before)\n"
    )

    pages = int(_said_by(program))

    assert pages < 500  # 40,000 contexts take some 10,000.


def test_python_that_hides_its_openssl_uses_the_systems() -> None:
    program = (
        "import sys\n"
        "import chalicelib.vault.cipher  # which needs the rest of it\n"
        "from types import ModuleType\n"
        "sys.modules['_hashlib'] = ModuleType('_hashlib')  # built in: it has no file\n"
        "import ctypes\n"
        "asked, load = [], ctypes.PyDLL\n"
        "class Watched(load):\n"
        "    def __init__(self, name):\n"
        "        asked.append(name)\n"
        "        if name is not None:\n"
        "            raise OSError(name)\n"
        "        super().__init__(name)\n"
        "    def __getattr__(self, name):\n"
        "        raise AttributeError(name)\n"
        "ctypes.PyDLL = Watched\n"
        "from chalicelib.domain.sealing import SealError\n"
        "from chalicelib.vault.gcm import load_openssl\n"
        "try:\n"
        "    load_openssl()\n"
        "except SealError as error:\n"
        "    print(asked, error)\n"
    )

    assert _said_by(program) == (
        "[None, 'libcrypto.so.3', 'libcrypto.so.1.1'] "
        "the OpenSSL of this Python cannot be called, and neither the system's nor the package "
        "`cryptography` is there: use a Python that is linked to it "
        "(docs/decisions/0004-sealing.md)\n"
    )


_NO_OPENSSL = (
    "import ctypes, sys\n"
    "def hide(name):\n"
    "    raise OSError(name)\n"
    "ctypes.PyDLL = hide\n"
    "from chalicelib.domain.sealing import SealError\n"
    "from chalicelib.vault.gcm import aes_gcm\n"
)


def test_python_without_any_openssl_borrows_that_of_cryptography() -> None:
    encrypted = _said_by(
        _NO_OPENSSL
        + f"aead = aes_gcm({KEY!r})\n"
        + f"encrypted = aead.encrypt({NONCE!r}, b'secret', b'place')\n"
        + f"assert aead.decrypt({NONCE!r}, encrypted, b'place') == b'secret'\n"
        + "print(encrypted.hex())\n"
    )

    assert encrypted.strip() == GCM.encrypt(NONCE, b"secret", b"place").hex()


def test_without_either_the_first_text_is_refused() -> None:
    said = _said_by(
        _NO_OPENSSL
        + "sys.modules['cryptography'] = None\n"
        + "try:\n"
        + "    aes_gcm(bytes(32))\n"
        + "except SealError as error:\n"
        + "    print(error)\n"
    )

    assert said.startswith("the OpenSSL of this Python cannot be called, and neither")


def _said_by(program: str) -> str:
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout
