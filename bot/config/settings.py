"""Every setting with its type, its limits and its default, as frozen values.

Used by ``bot.config.merging``, which fills them, and by the composition root, which reads them. It
must never read a file or a variable itself. A setting added here needs its sentence in
``config.example.toml``.
"""

from __future__ import annotations

import importlib.resources
import re
import zoneinfo
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from bot.config.mistakes import nearest
from bot.config.placed_paths import Placed, PlacedOrNone, base
from bot.config.read_calendars import Calendar
from bot.config.settings_table import Section, names, refusal
from bot.config.webhook_settings import Webhook
from flows.languages import BASE, Language, first_written, is_spoken, languages, tongues
from flows.schedule.quiet import USUAL_QUIET, QuietHours

TELEGRAM = "https://api.telegram.org"
SHORTEST_KEPT, LONGEST_KEPT = 90, 36500
SQLITE = "sqlite+aiosqlite:///"
POSTGRES = "postgresql+asyncpg://"
SHIPPED_FLOWS = Path(str(importlib.resources.files("flows"))) / "library"
TOKEN = re.compile(r"\d+:[\w-]+")
WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _wall_time(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not WALL.fullmatch(value):
        raise refusal("is not a time of day", 'write hours and minutes, such as "21:30"')
    return time.fromisoformat(value)


def _none_or_a_quarter(days: int) -> int:
    """A shorter time than a quarter would leave nobody room to come back."""
    if days == 0 or SHORTEST_KEPT <= days <= LONGEST_KEPT:
        return days
    raise refusal("is no such number", f"give 0, or {SHORTEST_KEPT} to {LONGEST_KEPT} days")


def _zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo.no_cache(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        meant = nearest(name, zoneinfo.available_timezones())
        advice = f"did you mean {meant}?" if meant else "write it like Europe/Berlin"
        raise refusal("is not a time zone that exists", advice) from None
    return name


def _database_url(url: str, info: ValidationInfo) -> str:
    if not url.startswith((SQLITE, POSTGRES)):
        raise refusal("is not a database that can be used", f"begin with {SQLITE} or {POSTGRES}")
    name = url.removeprefix(SQLITE)
    in_place = name == url or name.startswith(":memory:")
    return url if in_place else f"{SQLITE}{base(info) / name}"


def _token(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if secret and not TOKEN.fullmatch(secret):
        raise refusal("is not a bot token", "copy it from @BotFather; it looks like 123456:ABC")
    return value


def _api_url(url: str) -> str:
    if not re.match(r"https?://[^/\s]+", url):
        raise refusal("is not an address", f"begin with https:// or http://, as in {TELEGRAM}")
    return url.rstrip("/")


def _policy_url(url: str) -> str:
    if url and not re.fullmatch(r"https://[^/\s]\S*", url):
        raise refusal("is not an https address", "write it like https://practice.example/privacy")
    return url


def _public_key(key: str) -> str:
    if key and not re.fullmatch(r"age1[0-9a-z]+", key):
        raise refusal(
            "is not a public key", "`interlude backup key` makes one; it begins with age1"
        )
    return key


def _flow_folder(value: object) -> object:
    return SHIPPED_FLOWS if value == "" else value


def _plain_language(code: object) -> object:
    plain = [tongue.plain for tongue in tongues()]
    if code not in plain:
        raise refusal("is not a language that is spoken here", f"write {' or '.join(plain)}")
    return code


def _in_each(written: dict[str, str]) -> dict[Language, str]:
    """Every form of address, with the text that was written for it, or an empty one."""
    for code, text in written.items():
        if not is_spoken(code):
            advice = f"write one of {', '.join(languages())}"
            raise refusal(f"has {code}, which is no language that is spoken here", advice)
        if text.strip() and not any(letter.isdigit() for letter in text):
            what = f"has a text without a number for {code}"
            raise refusal(what, "write the telephone numbers of your place into it")
    return {one: written.get(one, "") for one in languages()}


def _not_a_value(value: object) -> object:
    if not isinstance(value, dict):
        raise refusal("is a table, not a value", "write its settings below [practice.crisis]")
    return value


PlainLanguage = Annotated[Language, BeforeValidator(_plain_language)]
Crisis = Annotated[dict[str, str], BeforeValidator(_not_a_value), AfterValidator(_in_each)]
WallTime = Annotated[time, BeforeValidator(_wall_time)]
Names = Annotated[tuple[str, ...], BeforeValidator(names)]
RuleName = Literal[
    "points",
    "points_and_level",
    "rating_dip",
    "dip_with_strain",
    "low_level",
    "xmr",
    "mean_minus_larger_sd",
    "mean_minus_two_sd",
    "mean_minus_one_sd",
    "reliable_change",
    "cut_off",
    "fall",
    "drifting",
    "no_information",
]
"""The rules of ``flows.signals.rules`` that can be chosen; a test holds one against the other."""
Days = Annotated[tuple[Weekday, ...], BeforeValidator(names)]


class Telegram(Section):
    """The way to reach the Bot API; once loaded, ``token`` also holds what ``token_file`` held."""

    token: Annotated[SecretStr, AfterValidator(_token)] = SecretStr("")
    token_file: PlacedOrNone = None
    api_url: Annotated[str, AfterValidator(_api_url)] = TELEGRAM
    poll_seconds: int = Field(default=50, ge=1, le=50)


class Database(Section):
    """The database that keeps everything, and the master key, which lives outside it."""

    url: Annotated[str, AfterValidator(_database_url)] = Field(
        default=SQLITE + "data/interlude.db",
        repr=False,  # it may hold a password
    )
    key_file: Placed = Path("interlude.key")

    @property
    def file(self) -> Path | None:
        """The database file; None: it lies on a server."""
        is_file = self.url.startswith(SQLITE)
        return Path(self.url.removeprefix(SQLITE)) if is_file else None


class Backup(Section):
    """The place of backups, the public key that they are encrypted to, and how many are kept."""

    folder: PlacedOrNone = None
    key: Annotated[str, AfterValidator(_public_key)] = ""
    at: WallTime = time(3, 30)
    keep_daily: int = Field(default=7, ge=1)
    keep_weekly: int = Field(default=4, ge=0)
    keep_monthly: int = Field(default=6, ge=0)


class Practice(Section):
    """The practice: its name, zone, language, quiet hours and crisis texts."""

    name: str = ""
    privacy_url: Annotated[str, AfterValidator(_policy_url)] = ""
    """The page with the practice's own privacy policy; empty: /privacy names none."""
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Berlin"
    language: PlainLanguage = BASE
    quiet_from: WallTime = USUAL_QUIET.from_wall
    quiet_until: WallTime = USUAL_QUIET.until_wall
    session_minutes: int = Field(default=50, ge=5, le=480)
    day_list_at: WallTime = time(19, 0)
    """The time of the list of the day's therapy sessions, by the therapist's own clock."""
    weekly_cap: int = Field(default=4, ge=1, le=50)
    minimum_age: int = Field(default=18, ge=18, le=99)
    supervision: Literal["off", "on"] = "off"
    """On: clients are asked if their therapist may talk about their answers in supervision, and if
    their supervisor, where there is one, may look at them.
    """
    crisis: Crisis = Field(default_factory=dict)
    """The steps for a client in an emergency, with local numbers, by form of address; or empty."""

    @property
    def quiet(self) -> QuietHours:
        """The hours in which no check-in, reminder or second asking may leave."""
        return QuietHours(self.quiet_from, self.quiet_until)

    def own_crisis_text(self, language: Language) -> str | None:
        """The crisis text for somebody addressed so, in their own language; None: not written."""
        return first_written(self._crisis_texts(), language)

    def crisis_language(self, language: Language) -> Language:
        """In which language somebody addressed so gets the crisis card: numbers in the practice's
        language are better than none; ``run`` and ``doctor`` say where that is so.
        """
        return self.language if self.own_crisis_text(language) is None else language

    def crisis_text(self, language: Language) -> str:
        """The numbers on the card of somebody addressed so."""
        return self.own_crisis_text(self.crisis_language(language)) or ""

    def _crisis_texts(self) -> dict[Language, str]:
        return {Language(one): text for one, text in self.crisis.items() if text.strip()}


class Safety(Section):
    """The people who are told at once of hard words, where a client agreed to it."""

    alerts: Literal["off", "on"] = "off"
    deputies: Names = ()
    """Codes of therapists who are told together with a client's own, in cover hours."""
    then: Names = ()
    """Codes of therapists who are told one after another, while nobody has opened it."""
    escalate_minutes: int = Field(default=30, ge=5, le=1440)
    cover_days: Days = ()
    """Empty: no hours are stated, and deputies are on cover at every hour."""
    cover_from: WallTime = time(9, 0)
    cover_until: WallTime = time(17, 0)
    examples: PlacedOrNone = None
    """A folder of examples of hard words that the practice has added to the screen's own."""

    @field_validator("cover_until")
    @classmethod
    def _ends_after_it_begins(cls, until: time, info: ValidationInfo) -> time:
        begin = info.data.get("cover_from")
        if begin is not None and until <= begin:
            raise refusal("is not after cover_from", "let the hours end on the same day")
        return until

    @property
    def escalate_after(self) -> timedelta:
        """The time after an unopened alert until the next person is told."""
        return timedelta(minutes=self.escalate_minutes)


class Digest(Section):
    """The time when a therapist gets the digest, by the therapist's own zone."""

    receipts: Literal["off", "on"] = "on"
    """On: clients are asked if they want a quiet note when their therapist has read a digest."""
    weekday: Weekday = "sun"
    at: WallTime = time(18, 0)


class Signals(Section):
    """The rules that point out a possible strain, and how much of it a digest shows on top."""

    rules: Annotated[tuple[RuleName, ...], BeforeValidator(names)] = (
        "points",
        "drifting",
        "no_information",
    )
    """A client's own word is shown besides them, always."""
    on_top_percent: int = Field(default=15, ge=0, le=100)
    """One is shown even of 0."""


class Sending(Section):
    """The pace of messages, which Telegram limits, and how many are on their way at once."""

    per_second: float = Field(default=30, gt=0)
    per_chat_burst: int = Field(default=5, ge=1)
    per_chat_per_second: float = Field(default=1, gt=0)
    parallel: int = Field(default=16, ge=1, le=256)
    re_ask_seconds: int = Field(default=1200, ge=1)
    re_ask_reply_seconds: int = Field(default=30, ge=1)
    more_seconds: float = Field(default=4, ge=0, le=5)

    @property
    def re_ask_after(self) -> timedelta:
        """The time for a tap to prove that an uncertain question came, before it is asked anew."""
        return timedelta(seconds=self.re_ask_seconds)

    @property
    def re_ask_reply_after(self) -> timedelta:
        """The same where the client is there and waits for the question."""
        return timedelta(seconds=self.re_ask_reply_seconds)

    @property
    def waits_for_more(self) -> timedelta:
        """The time that a reply to typed words waits for more of them."""
        return timedelta(seconds=self.more_seconds)


class Invites(Section):
    """The number of hours that an invite stays good."""

    therapist_hours: int = Field(default=72, ge=1)
    client_hours: int = Field(default=168, ge=1)


class Flows(Section):
    """The place of the flow files, and the flows that a new client starts with."""

    directory: Annotated[Placed, BeforeValidator(_flow_folder)] = SHIPPED_FLOWS
    packs: PlacedOrNone = None
    default: Names = ()


class Log(Section):
    """The amount that is written to the log, and its form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Retention(Section):
    """The time for which traces of finished work are kept."""

    inbox_hours: int = Field(default=48, ge=48)
    after_care_days: Annotated[int, AfterValidator(_none_or_a_quarter)] = 0
    """Days after the end of a client's last care, until they are erased; 0: they never are."""


class Health(Section):
    """The watch over the machine: where one may ask, and the room that its disk should have."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    """0: nobody can ask."""
    disk_free_mb: int = Field(default=500, ge=0)


class Settings(Section):
    """Every setting. As loaded, its paths are absolute; secrets never show in its ``repr``."""

    telegram: Telegram = Field(default_factory=Telegram)
    webhook: Webhook = Field(default_factory=Webhook)
    database: Database = Field(default_factory=Database)
    backup: Backup = Field(default_factory=Backup)
    practice: Practice = Field(default_factory=Practice)
    safety: Safety = Field(default_factory=Safety)
    digest: Digest = Field(default_factory=Digest)
    calendar: Calendar = Field(default_factory=Calendar)
    signals: Signals = Field(default_factory=Signals)
    sending: Sending = Field(default_factory=Sending)
    invites: Invites = Field(default_factory=Invites)
    flows: Flows = Field(default_factory=Flows)
    log: Log = Field(default_factory=Log)
    retention: Retention = Field(default_factory=Retention)
    health: Health = Field(default_factory=Health)

    @field_validator("backup")
    @classmethod
    def _is_of_a_file(cls, backup: Backup, info: ValidationInfo) -> Backup:
        database = info.data.get("database")
        if backup.folder is not None and database and database.url.startswith(POSTGRES):
            what = "has a folder, and a PostgreSQL server is copied with its own tools"
            raise refusal(what, "leave backup.folder empty; docs/backups.md says how")
        return backup


def setting_names(model: type[BaseModel] = Settings, before: str = "") -> tuple[str, ...]:
    """The dotted name of every setting, without the tables, in the order of this file."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found.extend(setting_names(inner, f"{before}{name}."))
        elif name == "crisis":
            found.extend(f"{before}{name}.{language}" for language in languages())
        else:
            found.append(before + name)
    return tuple(found)
