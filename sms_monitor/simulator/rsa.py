"""RSA as Maskinporten needs it: checking a PKCS#1 v1.5 signature, and making a key of a seed."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from dataclasses import dataclass

from .jwt import to_base64

ALGORITHMS = {
    "RS256": ("sha256", "3031300d060960864801650304020105000420"),
    "RS384": ("sha384", "3041300d060960864801650304020205000430"),
    "RS512": ("sha512", "3051300d060960864801650304020305000440"),
}
"""JWS algorithm to its hash and the DigestInfo that goes before it (RFC 8017, 9.2)."""
SMALLEST = 2048
"""Bits a key must have (RFC 7518, 3.3)."""

_EXPONENT = 65537
_ROUNDS = 16
"""Miller-Rabin rounds; for random numbers of 1024 bits far more than enough."""
_SMALL_PRIMES = 2000


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public RSA key. Raises ValueError for one that is too small or makes no sense."""

    n: int
    e: int

    def __post_init__(self) -> None:
        if self.n.bit_length() < SMALLEST:
            raise ValueError(f"is an RSA key of {self.n.bit_length()} bits; {SMALLEST} are needed")
        if not (2 < self.e < self.n and self.e % 2 and self.n % 2):
            raise ValueError("is an RSA key whose numbers make no sense")

    def verifies(self, algorithm: str, signed: bytes, signature: bytes) -> bool:
        """True when `signature` over `signed` was made with the private half of this key.

        Raises KeyError for an algorithm that is not in `ALGORITHMS`.
        """
        size = (self.n.bit_length() + 7) // 8
        number = int.from_bytes(signature, "big")
        if len(signature) != size or number >= self.n:
            return False
        name, prefix = ALGORITHMS[algorithm]
        end = b"\x00" + bytes.fromhex(prefix) + hashlib.new(name, signed).digest()
        wanted = b"\x00\x01" + b"\xff" * (size - 2 - len(end)) + end
        return hmac.compare_digest(pow(number, self.e, self.n).to_bytes(size, "big"), wanted)

    def thumbprint(self) -> str:
        """The key's own name (RFC 7638), which serves as the `kid` of a key without one."""
        members = {"e": base64_of(self.e), "kty": "RSA", "n": base64_of(self.n)}
        text = json.dumps(members, separators=(",", ":"))
        return to_base64(hashlib.sha256(text.encode()).digest())


def made_jwk(seed: int) -> dict[str, str]:
    """A private JWK of 2048 bits with its `kid`, the same for the same seed; takes a second.

    Whoever knows the seed has the key: it signs in to a simulator and is fit for nothing else.
    """
    rng = random.Random(f"{seed}/client key")
    p, q = sorted((_prime(rng), _prime(rng)), reverse=True)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = {"n": p * q, "e": _EXPONENT, "d": d, "p": p, "q": q}
    numbers |= {"dp": d % (p - 1), "dq": d % (q - 1), "qi": pow(q, -1, p)}
    texts = {name: base64_of(number) for name, number in numbers.items()}
    kid = PublicKey(p * q, _EXPONENT).thumbprint()
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, **texts}


def base64_of(number: int) -> str:
    """A positive number as a JWK writes it (Base64urlUInt of RFC 7518)."""
    return to_base64(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _prime(rng: random.Random) -> int:
    """A prime whose product with another has exactly twice the bits."""
    small = [n for n in range(3, _SMALL_PRIMES, 2) if all(n % m for m in range(3, n, 2))]
    while True:
        number = rng.getrandbits(SMALLEST // 2) | 3 << SMALLEST // 2 - 2 | 1
        if number % _EXPONENT == 1 or not all(number % prime for prime in small):
            continue
        if all(_passes(number, rng.randrange(2, number - 1)) for _ in range(_ROUNDS)):
            return number


def _passes(number: int, witness: int) -> bool:
    """One round of Miller-Rabin."""
    twos = ((number - 1) & -(number - 1)).bit_length() - 1
    power = pow(witness, (number - 1) >> twos, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
