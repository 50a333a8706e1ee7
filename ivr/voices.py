"""The voices that Twilio speaks with and the languages that it understands are listed here, as its pages list them.

Sources: Twilio's pages on text-to-speech, <Say> and <Gather>; Amazon's list of Polly voices; Google's of its own. A
voice that a provider brings out later is unknown here until it is added.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from ivr.source.folding import without_accents


def _tags(text: str) -> frozenset[str]:
    return frozenset(text.split())


BASIC = ("man", "woman", "alice")
"""Voices without a provider; ``alice`` is an old name of ``woman``."""

POLLY: dict[str, str] = {
    "Zeina": "arb S", "Hala": "ar-AE N", "Zayd": "ar-AE N", "Lisa": "nl-BE N G", "Arlet": "ca-ES N",
    "Jitka": "cs-CZ N G", "Hiujin": "yue-CN N", "Zhiyu": "cmn-CN S N", "Naja": "da-DK S", "Mads": "da-DK S",
    "Sofie": "da-DK N", "Laura": "nl-NL N G", "Lotte": "nl-NL S", "Ruben": "nl-NL S", "Nicole": "en-AU S",
    "Olivia": "en-AU N G", "Russell": "en-AU S", "Amy": "en-GB S N G", "Emma": "en-GB S N", "Brian": "en-GB S N G",
    "Arthur": "en-GB N", "Aditi": "en-IN S", "Raveena": "en-IN S", "Kajal": "en-IN N G", "Niamh": "en-IE N G",
    "Aria": "en-NZ N G", "Jasmine": "en-SG N G", "Ayanda": "en-ZA N G", "Danielle": "en-US N G",
    "Gregory": "en-US N", "Ivy": "en-US S N", "Joanna": "en-US S N G", "Kendra": "en-US S N",
    "Kimberly": "en-US S N", "Salli": "en-US S N G", "Joey": "en-US S N", "Justin": "en-US S N", "Kevin": "en-US N",
    "Matthew": "en-US S N G", "Patrick": "en-US N G", "Ruth": "en-US N G", "Stephen": "en-US N G",
    "Tiffany": "en-US G", "Geraint": "en-GB-WLS S", "Suvi": "fi-FI N", "Isabelle": "fr-BE N G",
    "Chantal": "fr-CA S", "Gabrielle": "fr-CA N G", "Liam": "fr-CA N G", "Celine": "fr-FR S", "Lea": "fr-FR S N G",
    "Mathieu": "fr-FR S", "Remi": "fr-FR N G", "Ambre": "fr-FR G", "Florian": "fr-FR G", "Marlene": "de-DE S",
    "Vicki": "de-DE S N G", "Hans": "de-DE S", "Daniel": "de-DE N G", "Lennart": "de-DE G", "Hannah": "de-AT N G",
    "Sabrina": "de-CH N G", "Dora": "is-IS S", "Karl": "is-IS S", "Carla": "it-IT S", "Bianca": "it-IT S N G",
    "Giorgio": "it-IT S", "Adriano": "it-IT N", "Beatrice": "it-IT G", "Lorenzo": "it-IT G", "Mizuki": "ja-JP S",
    "Takumi": "ja-JP S N", "Kazuha": "ja-JP N", "Tomoko": "ja-JP N", "Seoyeon": "ko-KR S N G", "Jihye": "ko-KR N G",
    "Liv": "nb-NO S", "Ida": "nb-NO N", "Ewa": "pl-PL S", "Maja": "pl-PL S", "Jacek": "pl-PL S", "Jan": "pl-PL S",
    "Ola": "pl-PL N G", "Camila": "pt-BR S N G", "Vitoria": "pt-BR S N", "Ricardo": "pt-BR S", "Thiago": "pt-BR N",
    "Ines": "pt-PT S N", "Cristiano": "pt-PT S", "Carmen": "ro-RO S", "Tatyana": "ru-RU S", "Maxim": "ru-RU S",
    "Conchita": "es-ES S", "Lucia": "es-ES S N G", "Alba": "es-ES N G", "Enrique": "es-ES S", "Sergio": "es-ES N G",
    "Raul": "es-ES N G", "Mia": "es-MX S N G", "Andres": "es-MX N G", "Lupe": "es-US S N G", "Penelope": "es-US S",
    "Miguel": "es-US S", "Pedro": "es-US N G", "Astrid": "sv-SE S", "Elin": "sv-SE N", "Filiz": "tr-TR S",
    "Burcu": "tr-TR N", "Gwyneth": "cy-GB S",
}  # fmt: skip
"""Amazon's voices: each with its language and what it comes as, S standard, N neural, G generative."""

_ENGINES = {"S": "", "N": "-Neural", "G": "-Generative"}

GOOGLE_LANGUAGES = _tags(
    """af-ZA am-ET ar-XA bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ da-DK de-DE el-GR en-AU en-GB en-IN en-US es-ES es-US
    et-EE eu-ES fi-FI fil-PH fr-CA fr-FR gl-ES gu-IN he-IL hi-IN hr-HR hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR
    lt-LT lv-LV ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sr-RS sv-SE
    sw-KE ta-IN te-IN th-TH tr-TR uk-UA ur-IN vi-VN yue-HK"""
)

_STARS = (
    "Achernar|Achird|Algenib|Algieba|Alnilam|Aoede|Autonoe|Callirrhoe|Charon|Despina|Enceladus|Erinome|Fenrir|Gacrux|"
    "Iapetus|Kore|Laomedeia|Leda|Orus|Puck|Pulcherrima|Rasalgethi|Sadachbia|Sadaltager|Schedar|Sulafat|Umbriel|"
    "Vindemiatrix|Zephyr|Zubenelgenubi"
)

_GOOGLE = re.compile(
    rf"Google\.([a-z]{{2,3}}-[A-Z]{{2}})-(?:(?:Standard|Wavenet|Neural2)-[A-Z]|Chirp3-HD-(?:{_STARS}))"
)

SAY_LANGUAGES = GOOGLE_LANGUAGES | _tags(
    """arb ar-AE cy-GB de-AT de-CH en en-CA en-GB-WLS en-IE en-NZ en-SG en-UK en-ZA es es-MX fr fr-BE de it yue-CN
    zh-CN zh-HK zh-TW"""
)
"""What ``<Say language>`` takes; two letters are those that the first voices, man and woman, have always taken."""

GATHER_LANGUAGES = _tags(
    """af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA ar-OM ar-PS ar-QA ar-SA ar-TN az-AZ
    bg-BG bn-BD bn-IN bs-BA ca-ES cmn-Hans-CN cmn-Hans-HK cmn-Hant-TW cs-CZ da-DK de-AT de-CH de-DE el-GR en-AU
    en-CA en-GB en-GH en-HK en-IE en-IN en-KE en-NG en-NZ en-PH en-PK en-SG en-TZ en-US en-ZA es-AR es-BO es-CL
    es-CO es-CR es-DO es-EC es-ES es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE et-EE
    eu-ES fa-IR fi-FI fil-PH fr-BE fr-CA fr-CH fr-FR gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-CH
    it-IT ja-JP jv-ID ka-GE kk-KZ km-KH kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY my-MM nar-IQ
    nb-NO ne-NP nl-BE nl-NL no-NO pa-guru-IN pl-PL pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI sq-AL sr-RS su-ID sv-
    SE sw-KE sw-TZ ta-IN ta-LK ta-MY ta-SG te-IN th-TH tr-TR uk-UA ur-IN ur-PK uz-UZ vi-VN yue-Hant-HK zh zh-CN
    zh-TW zu-ZA"""
)
"""What ``<Gather language>`` takes, where no provider's own model is asked for."""


def voices() -> tuple[str, ...]:
    """Return every voice that has a name of its own; Google's are made of a language and a letter or a star."""
    polly = (f"Polly.{name}{_ENGINES[engine]}" for name, told in POLLY.items() for engine in told.split()[1:])
    return (*BASIC, *polly)


_VOICES = frozenset(voices())


def is_voice(name: str) -> bool:
    """Return whether Twilio speaks with the voice ``name``; accents do not count."""
    google = _GOOGLE.fullmatch(name)
    return google[1] in GOOGLE_LANGUAGES if google else without_accents(name) in _VOICES


def voice_language(name: str) -> str | None:
    """Return the language of the voice, such as pt-BR; None for one that speaks several, or an unknown one."""
    if google := _GOOGLE.fullmatch(name):
        return google[1]
    polly = re.fullmatch(r"Polly\.([A-Za-z]+)(?:-Neural|-Generative)?", without_accents(name))
    return POLLY[polly[1]].split()[0] if polly and polly[1] in POLLY else None


def similar_voice(name: str) -> str | None:
    """Return the voice that was probably meant by ``name``, or None."""
    return next(iter(get_close_matches(without_accents(name), sorted(_VOICES), 1, 0.7)), None)


def is_say_language(tag: str) -> bool:
    """Return whether Twilio can say a text in the language ``tag``; case does not count."""
    return tag.lower() in _SAY


def is_gather_language(tag: str) -> bool:
    """Return whether Twilio understands speech in the language ``tag``; case does not count."""
    return tag.lower() in _GATHER


def similar_language(tag: str, known: frozenset[str]) -> str | None:
    """Return the language among ``known`` that was probably meant: of ``pt`` and of ``pt_BR`` it is pt-BR."""
    wanted = tag.replace("_", "-").lower()
    by_case = {one.lower(): one for one in sorted(known)}
    usual = {"en": "en-us", "es": "es-es", "fr": "fr-fr", "pt": "pt-br", "zh": "zh-cn"}
    if found := by_case.get(wanted) or by_case.get(usual.get(wanted, "")):
        return found
    begins = [one for lowered, one in by_case.items() if lowered.startswith(f"{wanted}-")]
    return begins[0] if begins else None


_SAY = frozenset(tag.lower() for tag in SAY_LANGUAGES)
_GATHER = frozenset(tag.lower() for tag in GATHER_LANGUAGES)
