"""The two languages of the guidance and of the sentence for the caller.

The interface itself is English; what support staff read out or write in a ticket is in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

Language = Literal["en", "nb"]
"""English, or Norwegian bokmål."""

LANGUAGES: tuple[Language, ...] = ("en", "nb")


class Bilingual(NamedTuple):
    """The same said in both languages; fields are named by the language."""

    en: str
    nb: str

    def said(self, language: Language) -> str:
        """Return it in `language`."""
        return self.nb if language == "nb" else self.en


def locale_language(environ: Mapping[str, str]) -> Language:
    """Return the language of the locale that these environment variables set.

    As in POSIX the first that is not empty counts: LC_ALL, LC_MESSAGES, LANG. Norwegian of any
    kind (`nb`, `no`, `nn`) is bokmål here, everything else English.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environ[name] for name in names if environ.get(name)), "")
    return "nb" if locale[:2].lower() in ("nb", "no", "nn") else "en"
