"""The key a client is registered with: from PEM, a certificate or a JWK.

Of a private key only the public half is kept. DER is read here by hand, for a key is three or
four nested lists and the simulator needs nothing beside the standard library.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from .jwt import from_base64
from .rsa import PublicKey

_Element = tuple[int, bytes]
"""A DER element: its tag and what is in it."""

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s(.*?)-----END \1-----", re.DOTALL)
_RSA = bytes.fromhex("2a864886f70d010101")
"""The OID rsaEncryption (RFC 8017)."""
_VERSION = 0xA0
"""The tag of a certificate's version, which version 1 leaves out (RFC 5280, 4.1)."""
_NOT_RSA = "is not an RSA key, and Maskinporten takes no other"
_ENCRYPTED = "is encrypted; give the public half: openssl pkey -in KEY.pem -pubout"


@dataclass(frozen=True, slots=True)
class ClientKey:
    """What a client signs its grants with.

    `certificate`: in DER; when it is there, grants carry it in `x5c` and no `kid`. b"": grants
    carry `kid`. `is_private`: the file holds the private half too.
    """

    public: PublicKey
    kid: str
    certificate: bytes
    is_private: bool


def read_key(text: str) -> ClientKey:
    """The key in a PEM (public, private or certificate, also private with certificates) or JWK.

    The first certificate counts; it has to be the client's own. A key that does not say its
    `kid` goes by its RFC 7638 thumbprint. Raises ValueError with the rest of a sentence that
    begins with the name of the file, and that never quotes what is in it.
    """
    text = text.strip("\ufeff \r\n\t")
    if text.startswith("{"):
        return _from_jwk(text)
    keys: set[PublicKey] = set()
    certificate, is_private = b"", False
    for label, body in _PEM.findall(text):
        if "ENCRYPTED" in label + body:
            raise ValueError(_ENCRYPTED)
        is_certificate = label == "CERTIFICATE"
        if is_certificate and certificate:
            continue
        try:
            der = base64.b64decode(body)
            keys.add(_from_der(label, _inside(_elements(der)[0])))
        except (IndexError, binascii.Error):
            raise ValueError(f"holds a {label} that is cut off or damaged") from None
        certificate = der if is_certificate else certificate
        is_private = is_private or label.endswith("PRIVATE KEY")
    if not keys:
        raise ValueError("holds neither a PEM nor a JWK")
    if len(keys) > 1:
        raise ValueError("holds keys that do not belong together")
    key = keys.pop()
    return ClientKey(key, "" if certificate else key.thumbprint(), certificate, is_private)


def _from_jwk(text: str) -> ClientKey:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        # not chained: the error quotes what may be a private key
        raise ValueError("begins like a JWK but is not JSON") from None
    keys = found.get("keys", [found])
    if not isinstance(keys, list) or len(keys) != 1 or not isinstance(keys[0], dict):
        raise ValueError("must hold exactly one key")
    jwk: dict[str, Any] = keys[0]
    if jwk.get("kty") != "RSA":
        raise ValueError(_NOT_RSA)
    try:
        n, e = (int.from_bytes(from_base64(jwk[name]), "big") for name in ("n", "e"))
    except (KeyError, TypeError, ValueError):
        raise ValueError("is a JWK without a readable n and e") from None
    key = PublicKey(n, e)
    return ClientKey(key, str(jwk.get("kid") or key.thumbprint()), b"", "d" in jwk)


def _from_der(label: str, fields: list[_Element]) -> PublicKey:
    """The public key of the PEM block `label`. Raises IndexError when something is missing."""
    match label:
        case "RSA PUBLIC KEY":
            return _public_key(fields)
        case "RSA PRIVATE KEY":
            return _public_key(fields[1:])
        case "PUBLIC KEY":
            _check_rsa(fields[0])
            # a bit string begins with the number of bits to leave out at its end: none
            return _public_key(_inside(_elements(fields[1][1][1:])[0]))
        case "PRIVATE KEY":
            _check_rsa(fields[1])
            return _public_key(_inside(_elements(fields[2][1])[0])[1:])
        case "CERTIFICATE":
            signed = _inside(fields[0])
            place = 6 if signed[0][0] == _VERSION else 5
            return _from_der("PUBLIC KEY", _inside(signed[place]))
    raise ValueError(_NOT_RSA)


def _check_rsa(algorithm: _Element) -> None:
    if _inside(algorithm)[0][1] != _RSA:
        raise ValueError(_NOT_RSA)


def _public_key(numbers: list[_Element]) -> PublicKey:
    return PublicKey(*(int.from_bytes(numbers[place][1], "big") for place in (0, 1)))


def _inside(element: _Element) -> list[_Element]:
    return _elements(element[1])


def _elements(data: bytes) -> list[_Element]:
    """The DER elements that follow each other in `data` (X.690). Raises IndexError."""
    found = []
    while data:
        tag, size, start = data[0], data[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[2:start], "big")
        if start + size > len(data):
            raise IndexError("cut off")
        found.append((tag, data[start : start + size]))
        data = data[start + size :]
    return found
