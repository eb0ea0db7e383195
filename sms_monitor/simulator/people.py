"""Made-up recipients: nobody has these numbers.

Mobile numbers are `+47 90 0x xx xx`, identity numbers have 80 added to the month as the test
population of Skatteetaten has, organisation numbers begin with 31 as the ones in Tenor do.
Their check digits are right.
"""

from __future__ import annotations

import random

Recipient = dict[str, str]
"""The `recipient` object of a notification, keys as in the JSON."""

_SPREAD = 999_983  # a prime, so that no two people below it share a number
_FOREIGN = ("+4670", "+4520", "+35840", "+34600", "+6681")


def recipient(seed: int, person: int, last_status: str) -> Recipient:
    """The recipient `person` of the population `seed`, as an order addressed and found them.

    The same person has the same number in every order. `last_status` is what the SMS ends as:
    nobody is found behind some failures (mobileNumber ""), others come of an odd number.
    """
    rng = random.Random(f"{seed}/person/{person}")
    roll = rng.random()
    addressed = "number" if roll < 0.4 else "person" if roll < 0.82 else "organisation"
    tail = (person * 7919 + seed * 104_729) % _SPREAD
    match last_status:
        case "Failed_RecipientReserved":
            return {"mobileNumber": "", "nationalIdentityNumber": _national_id(rng)}
        case "Failed_RecipientNotIdentified" if addressed == "organisation":
            return {"mobileNumber": "", "organizationNumber": _organization(seed, person)}
        case "Failed_RecipientNotIdentified":
            return {"mobileNumber": "", "nationalIdentityNumber": _national_id(rng)}
        case "Failed_InvalidRecipient":
            return {"mobileNumber": f"+47210{tail % 100_000:05}"}
        case "Failed_Undelivered":
            return {"mobileNumber": f"{rng.choice(_FOREIGN[2:])}{tail:06}"}
    return _reachable(seed, person, rng, addressed, tail)


def _reachable(seed: int, person: int, rng: random.Random, addressed: str, tail: int) -> Recipient:
    number = f"+4790{tail:06}"
    match addressed:
        case "person":
            return {"mobileNumber": number, "nationalIdentityNumber": _national_id(rng)}
        case "organisation":
            return {"mobileNumber": number, "organizationNumber": _organization(seed, person)}
    # a number given in the order is kept as it was sent: 00 for + and any country
    roll = rng.random()
    if roll < 0.14:
        return {"mobileNumber": f"00{number[1:]}"}
    if roll < 0.2:
        return {"mobileNumber": f"{rng.choice(_FOREIGN)}{tail:06}"}
    return {"mobileNumber": number}


def _national_id(rng: random.Random) -> str:
    while True:
        born = f"{rng.randint(1, 28):02}{rng.randint(1, 12) + 80:02}{rng.randint(50, 99):02}"
        digits = f"{born}{rng.randint(0, 499):03}"
        first = _check_digit(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2))
        second = _check_digit(digits + first, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) if first else ""
        if second:
            return digits + first + second


def _organization(seed: int, person: int) -> str:
    """Ten neighbours share an organisation: one addressed organisation gives several SMS."""
    rng = random.Random(f"{seed}/organisation/{person // 10}")
    while True:
        digits = f"31{rng.randint(0, 999_999):06}"
        check = _check_digit(digits, (3, 2, 7, 6, 5, 4, 3, 2))
        if check:
            return digits + check


def _check_digit(digits: str, weights: tuple[int, ...]) -> str:
    """The modulus 11 check digit; "" when these digits have none and are never given out."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return "" if rest == 1 else str((11 - rest) % 11)


def addressee(found: Recipient) -> Recipient:
    """What the order itself said, of a recipient found: one of person, organisation, number."""
    for key in ("nationalIdentityNumber", "organizationNumber"):
        if key in found:
            return {key: found[key]}
    return found
