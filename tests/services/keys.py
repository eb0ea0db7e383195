"""Keys and certificates made on the spot; nothing secret is kept."""

from __future__ import annotations

import base64
import functools
import json
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from tests.services.sign_in_parts import NOW

PASSWORD = "pass word-4711"


@functools.cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:  # noqa: ARG001 - one each
    return rsa.generate_private_key(65537, bits)


def b64(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwk(key=None, *, only: str = "ned", **more) -> str:
    numbers = (key or rsa_key()).private_numbers()
    public = numbers.public_numbers
    parts = {"n": public.n, "e": public.e, "d": numbers.d, "p": numbers.p, "q": numbers.q}
    return json.dumps({"kty": "RSA", **{k: b64(v) for k, v in parts.items() if k in only}, **more})


def pem(key=None, format=PrivateFormat.PKCS8, password: str | None = None) -> str:  # noqa: A002
    locked = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return (key or rsa_key()).private_bytes(Encoding.PEM, format, locked).decode()


def public_pem() -> str:
    spki = PublicFormat.SubjectPublicKeyInfo
    return rsa_key().public_key().public_bytes(Encoding.PEM, spki).decode()


@functools.cache
def chain() -> tuple[x509.Certificate, x509.Certificate]:
    """A certificate of `rsa_key()`, and that of the CA which signed it."""
    root = rsa_key(number=1)
    return certificate("leaf", rsa_key(), "root", root), certificate("root", root, "root", root)


def certificate(subject: str, key, issuer: str, by) -> x509.Certificate:
    name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])  # noqa: E731
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(by, hashes.SHA256())
    )


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def p12(password: str | None = None, key=None) -> bytes:
    leaf, root = chain()
    locked = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"n", key or rsa_key(), leaf, [root], locked)
