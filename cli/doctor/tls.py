"""Could a phone make a safe connection: by which versions, with which certificate?

The versions are tried one by one without looking at the certificate, and nothing is sent; whether
the certificate is good is then asked as a client asks it.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cli.doctor.finding import Finding, fail, ok, warn
from cli.doctor.target import SECONDS, Target

_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_SOON = timedelta(days=21)
_SMALLEST_RSA = 2048


def look_at_tls(
    target: Target, *, phone_versions: Sequence[str], vendor: str | None, now: datetime
) -> Iterator[Finding]:
    """Versions, certificate, chain."""
    offered = [version for version in _VERSIONS if _speaks(target, version)]
    if not offered:
        yield fail(
            "tls",
            "no TLS is spoken there",
            "Write http:// if that is meant, or set up https on this port",
        )
        return
    yield _judge_versions(offered, phone_versions, vendor)
    certificate = _fetch_certificate(target)
    if certificate is not None:
        yield from _judge_certificate(certificate, target, now)
    yield _judge_chain(target, certificate)


def _speaks(target: Target, version: str) -> bool:
    context = _careless_context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what is asked about
        context.minimum_version = context.maximum_version = _VERSIONS[version]
    try:
        with _connect(target, context):
            return True
    except (OSError, ssl.SSLError):
        return False


def _judge_versions(
    offered: Sequence[str], phone_versions: Sequence[str], vendor: str | None
) -> Finding:
    listed = ", ".join(offered)
    if phone_versions and not set(phone_versions) & set(offered):
        return fail(
            "tls",
            f"offered is TLS {listed}; {vendor} phones speak {', '.join(phone_versions)}",
            "Offer one of these, or let a relay inside the network fetch for the phones",
        )
    if offered == ["1.3"]:
        return fail(
            "tls",
            "offered is TLS 1.3 only; we know of no desk phone that speaks it",
            "Offer TLS 1.2, too",
        )
    if not set(offered) & {"1.2", "1.3"}:
        return warn("tls", f"offered is TLS {listed} only, which is broken", "Offer TLS 1.2")
    says = f"offered is TLS {listed}"
    if vendor and not phone_versions:
        says += f"; which one {vendor} phones speak no source says: try one of them"
    return ok("tls", says)


def _fetch_certificate(target: Target) -> x509.Certificate | None:
    try:
        with _connect(target, _careless_context()) as connection:
            data = connection.getpeercert(binary_form=True)
    except OSError:
        return None
    return x509.load_der_x509_certificate(data) if data else None


def _judge_certificate(
    certificate: x509.Certificate, target: Target, now: datetime
) -> Iterator[Finding]:
    yield _judge_dates(certificate, now)
    names = _names_of(certificate)
    if any(_fits(name, target.host) for name in names):
        yield ok("name", f"the certificate is for {target.host}")
    else:
        yield fail(
            "name",
            f"the certificate is for {', '.join(names) or 'nobody'}, not for {target.host}",
            "Get one with this name among its alternative names, or use its name in the address",
        )
    yield _judge_key(certificate)


def _judge_dates(certificate: x509.Certificate, now: datetime) -> Finding:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if ends < now:
        return fail(
            "expiry",
            f"the certificate expired on {ends:%Y-%m-%d}: phones that check it refuse",
            "Renew it, and let that be done by itself",
        )
    if begins > now:
        return fail(
            "expiry",
            f"the certificate is not valid before {begins:%Y-%m-%d}",
            "Wait, or look at the clocks of this machine and of who issued it",
        )
    if ends - now < _SOON:
        mend = "Renew it, and let that be done by itself"
        return warn("expiry", f"the certificate expires on {ends:%Y-%m-%d}", mend)
    return ok("expiry", f"the certificate is valid until {ends:%Y-%m-%d}")


def _judge_key(certificate: x509.Certificate) -> Finding:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return warn(
            "key",
            f"the key is of {key.curve.name}; old phones speak RSA only",
            "Offer an RSA certificate beside it, if phones cannot connect",
        )
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < _SMALLEST_RSA:
            return fail("key", f"the RSA key has {key.key_size} bits", "Make one of 2048")
        return ok("key", f"an RSA key of {key.key_size} bits")
    return warn("key", "the key is of a rare kind", "Use RSA of 2048 bits")


def _judge_chain(target: Target, certificate: x509.Certificate | None) -> Finding:
    try:
        with _connect(target, ssl.create_default_context()):
            pass
    except ssl.SSLCertVerificationError as error:
        return _explain_chain(error, certificate)
    except OSError as error:
        mend = "Look at the versions and ciphers above"
        return fail("chain", f"a careful client cannot connect ({error})", mend)
    issuer = _issuer_of(certificate)
    return ok(
        "chain", f"this machine trusts it; issued by {issuer}; phones have lists of their own"
    )


def _explain_chain(
    error: ssl.SSLCertVerificationError, certificate: x509.Certificate | None
) -> Finding:
    if certificate is not None and certificate.issuer == certificate.subject:
        return fail(
            "chain",
            "the certificate is self-signed: phones that check it refuse",
            "Get one from a public authority, or put yours on the phones (custom_ca_url) first",
        )
    if error.verify_code in (20, 21):
        return fail(
            "chain",
            f"nobody here knows who issued it ({_issuer_of(certificate)})",
            "Send the intermediate certificates along; for an authority of your own, put it on "
            "the phones (custom_ca_url) and into this machine's list (SSL_CERT_FILE)",
        )
    return fail("chain", f"a careful client refuses it: {error.verify_message}", "See above")


def _connect(target: Target, context: ssl.SSLContext) -> ssl.SSLSocket:
    raw = socket.create_connection((target.host, target.port), timeout=SECONDS)
    try:
        return context.wrap_socket(raw, server_hostname=target.host)
    except BaseException:
        raw.close()
        raise


def _careless_context() -> ssl.SSLContext:
    """For looking only: nothing is sent over what it opens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def _names_of(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    names = found.get_values_for_type(x509.DNSName)
    return [*names, *map(str, found.get_values_for_type(x509.IPAddress))]


def _fits(name: str, host: str) -> bool:
    """Whether a name of a certificate is that of the host, by RFC 6125."""
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(host)
    except ValueError:
        pass
    if name.startswith("*."):
        return host.lower().partition(".")[2] == name[2:].lower()
    return name.lower() == host.lower()


def _issuer_of(certificate: x509.Certificate | None) -> str:
    return certificate.issuer.rfc4514_string() if certificate is not None else "nobody knows whom"


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)
