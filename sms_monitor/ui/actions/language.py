"""The language of the guidance and of the sentence for the caller."""

from __future__ import annotations

from sms_monitor.core.language import LANGUAGES
from sms_monitor.ui.actions.base import ActingApp


class LanguageActions(ActingApp):
    """Bokmål or English."""

    def action_language(self, language: str = "") -> None:
        """Tell the guidance in `language`; in the other one when it is none of them."""
        other = next(one for one in LANGUAGES if one != self.language)
        self.language = next((one for one in LANGUAGES if one == language), other)
        self.tell(f"Guidance is in {'bokmål' if self.language == 'nb' else 'English'}")
