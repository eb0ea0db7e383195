"""The private key of a Maskinporten client, and what it signs.

Imported only when a profile signs in with Maskinporten: `cryptography` takes its time.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sms_monitor.core.errors import SignInError
from sms_monitor.services.credentials import Secret
from sms_monitor.services.key_forms import NO_PASSWORD, WRONG_PASSWORD, read_key

MIN_BITS = 2048
ALGORITHMS = ("RS256", "RS384", "RS512")
"""What Maskinporten takes (docs.digdir.no, `maskinporten_protocol_jwtgrant`)."""

_FORMS = (
    "Give an RSA private key: a JWK, a PEM file or PKCS#12, as downloaded or made for the client "
    "in Samarbeidsportalen."
)
_PASSWORD_STEP = "Say in the profile where the password is: key_password = { … }."


@dataclass(frozen=True, slots=True, eq=False)
class SigningKey:
    """A private key that was parsed once: each parsing costs 50 ms and more."""

    private: rsa.RSAPrivateKey
    kid: str | None
    """The name it is registered under; None when `x5c` stands in for it."""
    x5c: tuple[str, ...]
    """The certificate and those above it, each base64 DER; empty when there is a `kid`."""
    algorithm: str
    """One of `ALGORITHMS`."""

    @property
    def bits(self) -> int:
        """Return the size of the modulus."""
        return self.private.key_size

    def sign(self, claims: Mapping[str, Any]) -> Secret:
        """Return the JWT of exactly `claims`; its header has exactly one of `kid` and `x5c`."""
        header: dict[str, Any] = {"kid": self.kid} if self.kid else {"x5c": list(self.x5c)}
        return Secret(jwt.encode(dict(claims), self.private, self.algorithm, header))


def load_private_key(raw: Secret, password: Secret | None, kid: str | None) -> SigningKey:
    """Return the RSA private key in `raw`, as text or as base64 of what is not text.

    Taken are JWK (also with only n, e and d), a JWKS of one, PEM (PKCS#8, PKCS#1, encrypted,
    with certificates), PKCS#12 and DER, and base64 of each. `kid` wins over that of a JWK;
    without either the certificates are sent along, because one that is not registered must be.

    Raises:
        SignInError: It is another kind of key, damaged, locked, too short, or has no name. The
            sentence never repeats what it holds.
    """
    found = read_key(raw, password)
    if isinstance(found, str):
        locked = found in (NO_PASSWORD, WRONG_PASSWORD)
        raise _wrong(found, _PASSWORD_STEP if locked else _FORMS)
    private = found.private
    if not isinstance(private, rsa.RSAPrivateKey):
        name = type(private).__name__.removesuffix("PrivateKey")
        raise _wrong(f"is of the type {name}; Maskinporten takes only RSA", _FORMS)
    if private.key_size < MIN_BITS:
        raise _wrong(
            f"has {private.key_size} bits; at least {MIN_BITS} are needed",
            "Make a new one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        )
    name = kid or found.kid
    chain = () if name else found.x5c or _chain(private, found.certificates)
    if not name and not chain:
        if found.certificates:
            raise _wrong(
                "and the certificate beside it do not belong together",
                "Give the certificate of this key, or the key of this certificate.",
            )
        raise _wrong(
            "has no name (kid), and there is no certificate beside it",
            'Write kid = "…" in the profile: the name the key has in Samarbeidsportalen.',
        )
    algorithm = found.algorithm if found.algorithm in ALGORITHMS else ALGORITHMS[0]
    return SigningKey(private, name or None, chain, algorithm)


def _wrong(what: str, next_step: str) -> SignInError:
    return SignInError(f"The key of the Maskinporten client {what}.", next_step)


def _chain(private: rsa.RSAPrivateKey, certificates: Sequence[x509.Certificate]) -> tuple[str, ...]:
    """Return the certificate of the key and those above it; empty when none is the key's."""
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    of_key = [c for c in certificates if _spki(c) == spki]
    chain = of_key[:1]
    while chain and chain[-1].issuer != chain[-1].subject:
        above = [c for c in certificates if c.subject == chain[-1].issuer and c not in chain]
        if not above:
            break
        chain.append(above[0])
    return tuple(base64.b64encode(c.public_bytes(Encoding.DER)).decode() for c in chain)


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
