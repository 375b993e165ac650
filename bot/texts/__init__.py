"""The one catalogue of built-in texts: TOML files by area and language, spoken by ``Texts.say``.

Used by everything in ``bot`` that speaks to a person. ``bot/texts/<area>.<language>.toml`` holds an
area's texts; a text is known as ``<area>.<key>``, with one more dot for each table it stands in. A
table whose keys are plural forms (``=0``, ``one``, ``other`` …) is one text that follows ``count``.
It must never add markup: texts and values travel to Telegram as they are, without parse mode.
"""

from __future__ import annotations

import datetime as dt
import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.languages import BASE, Language, fallbacks, is_spoken, locale_of, tongues

if TYPE_CHECKING:
    from babel import Locale

    # a generated module: what writes it must run where it cannot be read
    from bot.texts.keys import ClientKey, DemoKey, DigestKey, ScheduleKey, StaffKey

FOLDER = Path(__file__).parent

_PLURAL = re.compile(r"=\d+|zero|one|two|few|many|other")

Text = str | dict[str, str]


class Texts:
    """The texts of one folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read every ``<area>.<language>.toml`` of ``folder``. ValueError: one is no such TOML."""
        self._texts: dict[Language, dict[str, Text]] = {}
        self._unknown: list[str] = []
        self._areas: set[str] = set()
        for path in sorted(folder.glob("*.toml")):
            area, _, code = path.stem.partition(".")
            self._areas.add(area)
            if not is_spoken(code):
                self._unknown.append(f"{path.name} is in a language that flows/languages lacks")
                continue
            table = tomllib.loads(path.read_text("utf-8"))
            self._texts.setdefault(Language(code), {}).update(_flat(area, table))

    def say(
        self, language: Language, key: str, /, *, zone: ZoneInfo | None = None, **values: object
    ) -> str:
        """The text ``key`` with its values filled in, in ``language``.

        ``{name}`` takes a value as it is; ``{name:PATTERN}`` takes a CLDR pattern for a datetime
        (shown in ``zone``), a date or a number. A plural follows ``count``. KeyError: no such text
        or a value is missing; ValueError: a datetime without a zone, or a text that reaches for
        more than a plain name.
        """
        text = self._find(language, key)
        if isinstance(text, dict):
            text = _plural(text, values["count"], language)
        return _Fill(language, zone).vformat(text, (), values)

    def written(self, language: Language) -> Mapping[str, Text]:
        """Every text that is written in exactly this form of address, by its key."""
        return self._texts.get(language, {})

    def client(self, language: Language, key: ClientKey, /, **values: object) -> str:
        """A text for a client; ``zone`` among the values is theirs. See ``say``."""
        return self._of("client", language, key, values)

    def staff(self, language: Language, key: StaffKey, /, **values: object) -> str:
        """A text for a therapist. See ``say``."""
        return self._of("staff", language, key, values)

    def digest(self, language: Language, key: DigestKey, /, **values: object) -> str:
        """A text of the weekly digest. See ``say``."""
        return self._of("digest", language, key, values)

    def schedule(self, language: Language, key: ScheduleKey, /, **values: object) -> str:
        """A text of ``interlude schedule`` and ``why``. See ``say``."""
        return self._of("schedule", language, key, values)

    def demo(self, language: Language, key: DemoKey, /, **values: object) -> str:
        """A text of the demo's page. See ``say``."""
        return self._of("demo", language, key, values)

    def area(self, language: Language, area: str) -> dict[str, Text]:
        """Every text of an area as it is written in ``language``, by its whole key."""
        keys = [key for key in self._texts.get(BASE, {}) if key.startswith(f"{area}.")]
        return {key: self._find(language, key) for key in keys}

    def _of(self, area: str, language: Language, key: str, values: dict[str, object]) -> str:
        at = values.pop("zone", None)
        local = at if isinstance(at, ZoneInfo) else None
        return self.say(language, f"{area}.{key}", zone=local, **values)

    def problems(self) -> list[str]:
        """The faults of the catalogue, one line each; empty when it is complete."""
        found = [
            f"{area}.{tongue.plain}.toml is missing"
            for area in sorted(self._areas)
            for tongue in tongues()
            if not any(key.startswith(f"{area}.") for key in self._texts.get(tongue.plain, {}))
        ]
        found += self._unknown
        for language, texts in sorted(self._texts.items()):
            found += self._problems_of(language, texts)
        return found

    def _find(self, language: Language, key: str) -> Text:
        for one in fallbacks(language):
            if (text := self._texts.get(one, {}).get(key)) is not None:
                return text
        raise KeyError(key)

    def _problems_of(self, language: Language, texts: Mapping[str, Text]) -> list[str]:
        base = self._texts.get(BASE, {})
        plain = [tongue.plain for tongue in tongues()]
        found = [
            f"{language}: {key} is not in {BASE}" for key in sorted(texts.keys() - base.keys())
        ]
        if language in plain:
            found += [f"{language}: {key} is missing" for key in sorted(base.keys() - texts.keys())]
        for key in sorted(base.keys() & texts.keys()):
            found += _differences(language, key, texts[key], base[key])
        return found


@cache
def shipped() -> Texts:
    """The texts that come with Interlude."""
    return Texts()


class _Fill(string.Formatter):
    """Plain names only: no attribute, index or conversion can be reached from a text."""

    def __init__(self, language: Language, zone: ZoneInfo | None) -> None:
        self._language = language
        self._zone = zone

    def get_field(
        self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[Any, str]:
        if not field_name.isidentifier():
            raise ValueError(f"{{{field_name}}} is not a plain name")
        return kwargs[field_name], field_name

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion is not None:
            raise ValueError(f"!{conversion} is not for texts")
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, dt.datetime):
            return self._moment(value, format_spec)
        if isinstance(value, dt.date):
            from babel.dates import format_date

            return format_date(value, format_spec or "long", locale=_locale(self._language))
        if isinstance(value, float) or (isinstance(value, int) and format_spec):
            from babel.numbers import format_decimal

            return format_decimal(value, format_spec or None, locale=_locale(self._language))
        return str(value)

    def _moment(self, value: dt.datetime, pattern: str) -> str:
        from babel.dates import format_datetime

        if self._zone is None:
            raise ValueError("a datetime needs the reader's zone")
        locale = _locale(self._language)
        return format_datetime(value, pattern or "medium", tzinfo=self._zone, locale=locale)


def _locale(language: Language) -> Locale:
    from babel import Locale

    return Locale.parse(locale_of(language))


def _plural(forms: Mapping[str, str], count: object, language: Language) -> str:
    if not isinstance(count, int):
        raise ValueError("count must be a whole number")
    exact = forms.get(f"={count}")
    if exact is not None:
        return exact
    return forms.get(_locale(language).plural_form(count), forms["other"])


def _flat(prefix: str, table: Mapping[str, object]) -> dict[str, Text]:
    """Texts by their whole key. ValueError: a value is neither a text nor a table."""
    texts: dict[str, Text] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}"
        if isinstance(value, str):
            texts[name] = value
        elif not isinstance(value, dict):
            raise ValueError(f"{name} is neither a text nor a table")
        elif value and all(_PLURAL.fullmatch(form) for form in value):
            texts[name] = {form: str(text) for form, text in value.items()}
        else:
            texts.update(_flat(name, value))
    return texts


def _differences(language: Language, key: str, text: Text, base: Text) -> list[str]:
    found = []
    if (names := _names(text)) != (wanted := _names(base)):
        found.append(f"{language}: {key} uses {sorted(names)}, {BASE} uses {sorted(wanted)}")
    if isinstance(text, dict) != isinstance(base, dict):
        found.append(f"{language}: {key} is a plural in one of {language} and {BASE} only")
    if isinstance(text, dict):
        needed = {*_locale(language).plural_form.tags, "other"}
        if lacking := sorted(needed - text.keys()):
            found.append(f"{language}: {key} lacks the plural forms {lacking}")
    return found


def _names(text: Text) -> set[str]:
    """The values a text asks for; ``count`` and exact forms may leave some out."""
    forms = [text] if isinstance(text, str) else [v for k, v in text.items() if k[0] != "="]
    parsed = (part for form in forms for part in string.Formatter().parse(form))
    return {_in_any_case(name) for _, name, _, _ in parsed if name} - {"count"}


def _in_any_case(name: str) -> str:
    """The name of a value without the case in which a language declines it."""
    return name.removesuffix("_dative").removesuffix("_accusative")
