"""Telling apart the many forms in which people have a private key.

Imported only when a profile signs in with Maskinporten: `cryptography` takes its time.

Crash reports print the locals of every frame an error passed. So nothing here, where key
material has names, raises: what is wrong is returned as a sentence.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    pkcs12,
)

from sms_monitor.core.text import clean
from sms_monitor.services.credentials import Secret

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.+?)-----END \1-----", re.DOTALL)
_REFUSED = (ValueError, TypeError, UnsupportedAlgorithm)
"""What cryptography raises for a key it cannot load."""
_SEQUENCE = b"\x30"
"""How all of DER begins that holds a key."""
_PKCS12 = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...)\x02\x01\x03", re.DOTALL)
"""A sequence whose version is 3 (RFC 7292); all other forms have another first field."""
_MAX_BITS = 16384
_PUBLIC = "is a public key; signing needs the private one"
_ALONE = "is missing: there is only a certificate"
_DAMAGED = "is cut short or damaged"
NO_PASSWORD = "is encrypted, and the profile has no key_password"
WRONG_PASSWORD = "cannot be decrypted: key_password is wrong, or the file is damaged"


@dataclass(frozen=True, slots=True, eq=False)
class FoundKey:
    """A private key and what is beside it."""

    private: Any
    """Of any kind, not only RSA."""
    kid: str = ""
    algorithm: str = ""
    """`alg` of a JWK; "" when it does not say."""
    certificates: Sequence[x509.Certificate] = ()
    """In no order; they may be of another key."""
    x5c: tuple[str, ...] = ()
    """`x5c` of a JWK."""


class _Jwk(msgspec.Struct):
    """RFC 7517 and RFC 7518 §6.3."""

    kty: str = ""
    n: str = ""
    e: str = ""
    d: str = ""
    p: str = ""
    q: str = ""
    kid: str = ""
    alg: str = ""
    x5c: tuple[str, ...] = ()
    keys: list[_Jwk] | None = None


def read_key(raw: Secret, password: Secret | None) -> FoundKey | str:
    """Return the one private key in `raw`, or else the rest of a sentence: "The key …".

    Base64 around it is taken off first, at most twice.
    """
    text, key = raw.reveal().strip("\ufeff \t\r\n"), _bytes_of(password)
    for _ in range(3):
        if text.startswith("{"):
            return _from_json(text)
        if "-----BEGIN " in text:
            return _from_pem(text, key)
        try:
            data = _base64(text)
            if data[:1] == _SEQUENCE:
                return _from_der(data, key)
            text = data.decode("utf-8-sig").strip()
        except ValueError:
            break
    return "is of no form this program knows"


def _bytes_of(password: Secret | None) -> bytes | None:
    return None if password is None else password.reveal().encode()


def _base64(text: str) -> bytes:
    """Decode either alphabet, with white space and without padding; raises `ValueError`."""
    bare = re.sub(r"[\s=]", "", text).replace("-", "+").replace("_", "/")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def _from_json(text: str) -> FoundKey | str:
    try:
        jwk = msgspec.json.decode(text, type=_Jwk)
    except (msgspec.DecodeError, RecursionError):
        return "looks like a JWK but is not one"
    if jwk.keys is not None:
        if len(jwk.keys) != 1:
            return f"is a set of {len(jwk.keys)} keys; give the one that is meant"
        jwk = jwk.keys[0]
    if jwk.kty != "RSA":
        return f"is of the type {clean(jwk.kty, 20) or 'unknown'}; Maskinporten takes only RSA"
    if not jwk.d:
        return _PUBLIC
    private = _from_numbers(jwk)
    if private is None:
        return _DAMAGED
    return FoundKey(private, clean(jwk.kid, 200), jwk.alg, x5c=jwk.x5c)


def _from_numbers(jwk: _Jwk) -> rsa.RSAPrivateKey | None:
    """Return the key of n, e and d; all else is computed when p and q are missing."""
    try:
        n, e, d = (int.from_bytes(_base64(text)) for text in (jwk.n, jwk.e, jwk.d))
        if jwk.p and jwk.q:
            p, q = (int.from_bytes(_base64(text)) for text in (jwk.p, jwk.q))
        elif n.bit_length() > _MAX_BITS or min(d, e) < 2:
            # the search for the primes would not end soon
            return None
        else:
            p, q = rsa.rsa_recover_prime_factors(n, e, d)
        return rsa.RSAPrivateNumbers(
            p=p,
            q=q,
            d=d,
            dmp1=rsa.rsa_crt_dmp1(d, p),
            dmq1=rsa.rsa_crt_dmq1(d, q),
            iqmp=rsa.rsa_crt_iqmp(p, q),
            public_numbers=rsa.RSAPublicNumbers(e, n),
        ).private_key()
    except (*_REFUSED, ArithmeticError):
        return None


def _from_pem(text: str, password: bytes | None) -> FoundKey | str:
    # an environment variable often has the two characters "\\n" for the end of a line
    blocks = list(_BLOCK.finditer(text.replace("\\n", "\n")))
    keys = [b for b in blocks if b[1].endswith("PRIVATE KEY")]
    if len(keys) > 1:
        return f"file holds {len(keys)} private keys; give the one that is meant"
    if not keys:
        kinds = {b[1] for b in blocks}
        if kinds & {"PUBLIC KEY", "RSA PUBLIC KEY"}:
            return _PUBLIC
        return _ALONE if "CERTIFICATE" in kinds else _DAMAGED
    if keys[0][1].startswith("OPENSSH"):
        return "is in the format of ssh; write it as PEM: ssh-keygen -p -m PKCS8 -f FILE"
    is_locked = "ENCRYPTED" in keys[0][1] or "ENCRYPTED" in keys[0][2][:100]
    if is_locked and not password:
        return NO_PASSWORD
    private = _loaded(load_pem_private_key, keys[0][0].encode(), password if is_locked else None)
    if private is None:
        return WRONG_PASSWORD if is_locked else _DAMAGED
    pem = [b[0].encode() for b in blocks if b[1] == "CERTIFICATE"]
    certificates = [_certificate(x509.load_pem_x509_certificate, block) for block in pem]
    if None in certificates:
        return "file has a certificate in it that is damaged"
    return FoundKey(private, certificates=[c for c in certificates if c is not None])


def _from_der(data: bytes, password: bytes | None) -> FoundKey | str:
    """Read PKCS#12, else one of the forms that PEM also has."""
    if _PKCS12.match(data):
        # PKCS#12 tells neither whether it is encrypted nor whether the password was wrong
        for candidate in dict.fromkeys((password, None, b"")):
            try:
                private, leaf, others = pkcs12.load_key_and_certificates(data, candidate)
            except _REFUSED:
                continue
            if private is None:
                return _ALONE
            return FoundKey(private, certificates=[*([leaf] if leaf else []), *others])
        return WRONG_PASSWORD if password else NO_PASSWORD
    private = _loaded(load_der_private_key, data, None)
    if private is None and password:
        private = _loaded(load_der_private_key, data, password)
    if private is not None:
        return FoundKey(private)
    if _certificate(x509.load_der_x509_certificate, data) is not None:
        return _ALONE
    try:
        load_der_public_key(data)
    except _REFUSED:
        return _DAMAGED
    return _PUBLIC


def _loaded(load: Callable[..., Any], data: bytes, password: bytes | None) -> Any:
    """Return a private key of any kind, None when it cannot be loaded."""
    try:
        return load(data, password)
    except _REFUSED:
        return None


def _certificate(load: Callable[[bytes], x509.Certificate], data: bytes) -> x509.Certificate | None:
    try:
        return load(data)
    except ValueError:
        return None
