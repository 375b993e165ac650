"""The composition root: settings, clock and ids in, a whole application out.

Used by ``interlude run`` and ``interlude demo``; both get the same parts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.charts import Chart
from bot.chat.calendar_addresses import HttpCalendars
from bot.chat.connection import connect
from bot.chat.polling import RawUpdates
from bot.chat.transport import BotTransport
from bot.chat.update_reading import read_update
from bot.chat.webhook_calls import BotWebhooks
from bot.checked_clock import CheckedClock
from bot.clock import Clock
from bot.config import Settings
from bot.drawings import Drawing
from bot.metrics import Figures
from bot.own_screen import OwnScreen
from bot.ports import AtWebhook, DigestPage, Ids, PollFailed
from bot.report.caseload_picture import caseload_picture
from bot.report.chart_picture import picture_of
from bot.report.client_details import render_client, render_nameless
from bot.report.digest_paper import digest_paper
from bot.report.digest_text import render, render_blocks, render_flags, render_part
from bot.report.drawing import draw
from bot.report.morning_card import render_morning
from bot.report.pages import Page
from bot.services.therapy_sessions import ical_reading
from bot.services.work.practice import Practice
from bot.services.work.shelf import Shelf
from bot.texts import Texts, shipped
from bot.workers.backing_up import BackingUp
from bot.workers.backlog import Backlog
from bot.workers.calendars import Calendars
from bot.workers.clock_watch import ClockWatch
from bot.workers.errands import Errands
from bot.workers.handler import Handler
from bot.workers.keeper import Keeper
from bot.workers.place import Place
from bot.workers.receiver import Receiver
from bot.workers.sender import Sender
from bot.workers.strangers import Strangers
from bot.workers.taking_in import TakingIn
from bot.workers.ticker import Ticker
from bot.workers.vital_signs import VitalSigns
from bot.workers.watchman import Watchman
from bot.workers.webhook_intake import WebhookIntake
from bot.workers.webhook_watch import updates_for
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.languages import Language
from storage.engine import Timed
from storage.key_file import load_key_file
from storage.store import Store

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 8.0
"""Longer, and the run would neither start nor stop when it is asked to."""


class TokenRefusedError(Exception):
    """Telegram does not know this token."""


class TelegramAwayError(Exception):
    """Telegram cannot be reached now."""


class NoDoorError(Exception):
    """Nobody can listen at the host and port of the webhook: why."""


@dataclass(frozen=True, slots=True)
class Reports:
    """The digest's renderer, as services know it."""

    texts: Texts

    def pages(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[DigestPage]:
        """The digest as messages that fit."""
        rendered = render(digest, texts=self.texts, language=language, zone=zone)
        return [_as_page(page) for page in rendered]

    def flags(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[DigestPage]:
        """The flags that are open with the digest's clients."""
        rendered = render_flags(digest, texts=self.texts, language=language, zone=zone)
        return [_as_page(page) for page in rendered]

    def morning(
        self,
        sessions: Sequence[tuple[datetime, ClientSection]],
        *,
        language: Language,
        zone: ZoneInfo,
    ) -> Sequence[str]:
        """The card on what each client of the day brings and what is open."""
        pages = render_morning(sessions, texts=self.texts, language=language, zone=zone)
        return [page.text for page in pages]

    def blocks(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[str]:
        """The block of each client that has one."""
        pages = render_blocks(digest, texts=self.texts, language=language, zone=zone)
        return [page.text for page in pages]

    def picture(
        self, digest: Digest, *, language: Language, zone: ZoneInfo
    ) -> tuple[Drawing, str] | None:
        """The picture that goes with it, and its words."""
        made = caseload_picture(digest, texts=self.texts, language=language, zone=zone)
        return None if made is None else (made.drawing, made.caption)

    def paper(
        self,
        digest: Digest,
        *,
        language: Language,
        zone: ZoneInfo,
        practice: str,
        is_nameless: bool = False,
    ) -> Drawing:
        """The whole digest as a PDF."""
        return digest_paper(
            digest,
            texts=self.texts,
            language=language,
            zone=zone,
            practice=practice,
            is_nameless=is_nameless,
        )

    def part(self, digest: Digest, *, language: Language, zone: ZoneInfo) -> Sequence[str]:
        """The text of a digest about its only client."""
        pages = render_part(digest, texts=self.texts, language=language, zone=zone)
        return [page.text for page in pages]

    def details(
        self, section: ClientSection, *, language: Language, zone: ZoneInfo
    ) -> Sequence[str]:
        """Everything about one client, words in full."""
        pages = render_client(section, texts=self.texts, language=language, zone=zone)
        return [page.text for page in pages]

    def nameless(
        self,
        section: ClientSection,
        *,
        held: int,
        not_held: int,
        language: Language,
        zone: ZoneInfo,
    ) -> Sequence[str]:
        """One client whose names and words are left out."""
        counts = {"held": held, "not_held": not_held}
        pages = render_nameless(section, **counts, texts=self.texts, language=language, zone=zone)
        return [page.text for page in pages]


def _as_page(page: Page) -> DigestPage:
    flags = tuple((mention.flag_id, mention.alias) for mention in page.flags)
    return DigestPage(page.text, flags, page.quoted, page.names_only)


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running Interlude."""

    settings: Settings
    store: Store
    practice: Practice
    receiver: Receiver
    webhook_intake: WebhookIntake
    handler: Handler
    sender: Sender
    ticker: Ticker
    keeper: Keeper
    backing_up: BackingUp
    calendars: Calendars
    errands: Errands
    place: Place
    strangers: Strangers
    watchman: Watchman
    signs: VitalSigns
    figures: Figures
    bot: Bot
    clock: CheckedClock
    clock_watch: ClockWatch


def practice_of(
    settings: Settings, ids: Ids, username: str, clock: CheckedClock | None = None
) -> Practice:
    """The things that services need, without any connection: the command line uses them, too."""
    texts = shipped()
    screen = OwnScreen(settings.safety.examples)
    return Practice(settings, texts, Shelf(), ids, Reports(texts), screen, username, clock)


@asynccontextmanager
async def open_store(settings: Settings, timed: Timed = nullcontext) -> AsyncIterator[Store]:
    """The database with its keys. StorageError: it is missing, too old, or the key does not fit.
    ``timed`` is entered around each transaction that writes.
    """
    read_keys = partial(load_key_file, settings.database.key_file)
    is_logged = settings.backup.folder is not None
    url = settings.database.url
    store = await Store.open(url, read_keys(), read_keys, notes_changes=is_logged, timed=timed)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_app(settings: Settings, *, clock: Clock, ids: Ids) -> AsyncIterator[App]:
    """A whole application, connected to the Bot API but not yet running.

    StorageError as in ``open_store``. TokenRefusedError, TelegramAwayError: it cannot connect.
    """
    token, checked = settings.telegram.token.get_secret_value(), CheckedClock(clock)
    url, parallel = settings.telegram.api_url, settings.sending.parallel
    figures = Figures()
    slowed = figures.slowed_down
    async with open_store(settings, figures.write_seconds.time) as store:
        bot = connect(token, url, parallel=parallel, clock=checked, slowed=slowed)
        updates = RawUpdates(token, url, checked, slowed)
        try:
            await _initialise(bot)
            practice = practice_of(settings, ids, bot.username, checked)
            warming = asyncio.create_task(asyncio.to_thread(_warm_up, practice.screen))
            try:
                yield _assemble(settings, store, practice, bot, updates, checked, figures)
            finally:
                await warming
        finally:
            await updates.close()
            await bot.shutdown()


def _warm_up(screen: OwnScreen) -> None:
    """Load the screen beside the start; an admin learns where it hears less than it should."""
    screen.warm_up()
    state = screen.state()
    if not state.is_whole or state.problems:
        log.warning("screen_needs_a_look", goes=state.says, problems=list(state.problems))


async def _initialise(bot: Bot) -> None:
    """Ask Telegram who the bot is. Errors are ours: telegram's own name the token."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await bot.initialize()
    except InvalidToken:
        raise TokenRefusedError from None
    except TimeoutError:
        raise TelegramAwayError("TimeoutError") from None
    except TelegramError as error:
        raise TelegramAwayError(type(error.__cause__ or error).__name__) from None


async def username_of(settings: Settings) -> str:
    """The bot's name at Telegram, without @. TokenRefusedError, TelegramAwayError."""
    return await meet(settings, None)


async def meet(settings: Settings, clock: CheckedClock | None) -> str:
    """As ``username_of``, and the answer is compared with ``clock``, a refusal, too."""
    async with connected(settings, clock) as bot:
        return bot.username


@asynccontextmanager
async def connected(settings: Settings, clock: CheckedClock | None = None) -> AsyncIterator[Bot]:
    """A bot that has just spoken to Telegram, for a command that asks it something.

    TokenRefusedError, TelegramAwayError.
    """
    token, url = settings.telegram.token.get_secret_value(), settings.telegram.api_url
    bot = connect(token, url, parallel=1, clock=clock)
    try:
        await _initialise(bot)
        yield bot
    finally:
        await bot.shutdown()


async def webhook_of(settings: Settings) -> AtWebhook | PollFailed:
    """Tell how Telegram sees the webhook of this bot; nothing is changed by it."""
    try:
        async with connected(settings) as bot:
            return await BotWebhooks(bot).look()
    except TokenRefusedError:
        return PollFailed("http_401", 0.0, advice="copy the token again from @BotFather")
    except TelegramAwayError as away:
        return PollFailed(str(away), 0.0)


def _draw(what: Chart | Drawing) -> bytes | None:
    if isinstance(what, Chart):
        return picture_of(what)
    return draw(what.template, what.values, what.form)


def _assemble(
    settings: Settings,
    store: Store,
    practice: Practice,
    bot: Bot,
    updates: RawUpdates,
    clock: CheckedClock,
    figures: Figures,
) -> App:
    transport = BotTransport(bot, _draw)
    errands = Errands()
    strangers = Strangers(transport, practice, clock)
    taking_in = TakingIn(store, transport, clock, errands, strangers, figures)
    chosen = updates_for(settings, store, updates, BotWebhooks(bot), clock)
    receiver = Receiver(chosen, taking_in, clock)
    place, watch = Place(store, clock), ClockWatch(store, clock, receiver.ask_soon)
    backlog = Backlog(receiver, place, clock)
    sender = Sender(store, practice, transport, clock, strangers, place, backlog.is_in, figures)
    calendars = HttpCalendars(ical_reading.LARGEST)
    return App(
        settings=settings,
        calendars=Calendars(store, practice, transport, calendars, clock, watch.is_right),
        store=store,
        practice=practice,
        receiver=receiver,
        webhook_intake=WebhookIntake(taking_in),
        handler=Handler(store, practice, transport, clock, read_update, errands, place, figures),
        sender=sender,
        ticker=Ticker(
            store,
            practice,
            clock,
            watch.standing,
            receiver.has_all_until,
            sender.room,
            receiver.is_in_touch,
        ),
        backing_up=BackingUp(store, settings, clock),
        keeper=Keeper(store, practice, clock, watch.is_right),
        errands=errands,
        place=place,
        strangers=strangers,
        signs=_signs(settings, store, receiver, clock),
        figures=figures,
        watchman=Watchman(store, practice, clock, receiver, sender),
        bot=bot,
        clock=clock,
        clock_watch=watch,
    )


def _signs(settings: Settings, store: Store, receiver: Receiver, clock: CheckedClock) -> VitalSigns:
    webhook = settings.webhook
    door = (webhook.host, webhook.port) if webhook.is_on else None
    return VitalSigns(
        store, clock, receiver, settings.telegram.poll_seconds, clock.monotonic(), door
    )
