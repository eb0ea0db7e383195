import pytest

from sms_monitor.core.language import LANGUAGES, Bilingual, locale_language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "nb_NO.UTF-8"}, "nb"),
        ({"LANG": "nn_NO"}, "nb"),
        ({"LANG": "no"}, "nb"),
        ({"LANG": "NB_no.utf8"}, "nb"),
        ({"LANG": "nl_NL.UTF-8"}, "en"),
        ({"LC_MESSAGES": "nb_NO.UTF-8", "LANG": "en_US.UTF-8"}, "nb"),
        ({"LC_ALL": "C", "LC_MESSAGES": "nb_NO.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "nb_NO.UTF-8"}, "nb"),
        ({"LANGUAGE": "nb"}, "en"),
    ],
)
def test_the_locale_decides_the_language(environ, language):
    assert locale_language(environ) == language


def test_what_is_bilingual_has_a_field_for_each_language():
    assert Bilingual._fields == LANGUAGES
    assert [Bilingual("yes", "ja").said(language) for language in LANGUAGES] == ["yes", "ja"]
