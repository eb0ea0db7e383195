"""The end of a key's year, told before it comes."""

from __future__ import annotations

from datetime import date

from sms_monitor.services.profile import Profile

KEY_WARNING = 30
"""Days before `key_expires` from which the end of the key is told."""


def key_expiry_note(profile: Profile, today: date) -> str | None:
    """Return a sentence when the key of `profile` ends within 30 days or has ended, else None.

    A key registered in Maskinporten lives for at most one year and cannot be asked how long.
    """
    if profile.key_expires is None:
        return None
    days = (profile.key_expires - today).days
    if days > KEY_WARNING:
        return None
    when = (
        f"expired on {profile.key_expires}"
        if days < 0
        else "expires today"
        if days == 0
        else f"expires in {days} day{'' if days == 1 else 's'}, on {profile.key_expires}"
    )
    return (
        f"The Maskinporten key of {profile.name} {when}. Register a new one, or this one again, "
        "in Samarbeidsportalen, then change key_expires."
    )
