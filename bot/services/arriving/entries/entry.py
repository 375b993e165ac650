"""An entry is a command or a button of one role; this is also the table of them.

A table is made once; what is wrong with one of its entries is found then, not in somebody's chat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, assert_never, get_args

from bot.services.work.button_forms import FORMS, Name
from bot.services.work.buttons import STALE, Press, Toast
from bot.services.work.incoming import Commanded, Incoming, Pressed
from bot.services.work.unit_of_work import Work
from storage.cares import Care

Who = TypeVar("Who")
"""The one who acts: a client as their care, a therapist as a person."""
Key = TypeVar("Key", bound=str)
"""The names of the texts that speak to them."""
Subject = TypeVar("Subject")
"""The thing that a button names, found among the tapper's own."""

Standing = Literal["invited", "asked", "asked_again", "running", "paused", "over", "unrecognised"]
"""The standing between the bot and who acts; a therapist is always ``running``. ``unrecognised``:
the client's chat is a new one, and nobody has said yet that it is the right person's.
``asked_again``: after an ending, whether to go on.
"""
STANDINGS: tuple[Standing, ...] = get_args(Standing)
UNRECOGNISED: frozenset[Standing] = frozenset({"unrecognised"})
ALWAYS: frozenset[Standing] = frozenset(STANDINGS) - UNRECOGNISED
"""Any standing, but not in a chat that may be anybody's: what shows or changes anything of
before is closed there unless its entry says otherwise.
"""
ASKED: frozenset[Standing] = frozenset({"asked", "asked_again"})
TAKING_PART: frozenset[Standing] = frozenset({"running", "paused"})
IN_A_DIGEST: frozenset[Standing] = TAKING_PART | {"asked_again", "over"}
"""The next digest may speak of them: who has left is told of once more."""


def standing_of(care: Care) -> Standing:
    """Return how things stand with a client."""
    if care.unrecognised_since is not None:
        return "unrecognised"
    match care.state:
        case "draft" | "invited":
            return "invited"
        case "asked":
            return "asked" if care.again_at is None else "asked_again"
        case "active":
            return "running" if care.paused_at is None else "paused"
        case "declined" | "ended":
            return "over"
        case _:
            assert_never(care.state)


def is_taking_part(care: Care) -> bool:
    """True where what a client writes may be an answer or a note, also in a chat that is new."""
    return standing_of(care) in TAKING_PART or (
        care.unrecognised_since is not None and care.state == "active"
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The words that stood behind a command."""

    rest: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Touched:
    """A tap as its handler gets it: what the button carries, and the message under which it is."""

    press: Press
    message_id: int
    update_id: int
    shown_at: datetime | None
    """The time at which that message was sent; None: Telegram does not say."""


@dataclass(frozen=True, slots=True)
class Command(Generic[Who, Key]):
    """A command: what it leads to, when, and the texts that name it (None: they do not)."""

    name: str
    act: Callable[[Work, Who, Asked], None]
    when: frozenset[Standing] = ALWAYS
    menu: Key | None = None
    help: Key | None = None
    edited: Literal["acts", "to_send_anew"] = "acts"
    """The effect of a command that was made of an earlier message: it acts where doing it once more
    harms nothing; otherwise its writer is told to send it anew.
    """
    of: Literal["care", "person"] = "care"
    """A client with two therapists is asked with whom a command of a care is meant; one of the
    person is about all of them.
    """
    ahead: Callable[[Work, Who], object] | None = None
    """Reads what it takes longer to read than a write may; ``act`` finds it as ``work.ahead``."""


def alone(act: Callable[[Work, Who], None]) -> Callable[[Work, Who, Asked], None]:
    """The act of a command that does the same whatever stands behind it."""
    return lambda work, who, asked: act(work, who)


def with_words(act: Callable[[Work, Who, str], None]) -> Callable[[Work, Who, Asked], None]:
    """The act of a command that takes the words behind it."""
    return lambda work, who, asked: act(work, who, asked.rest)


def to_message(
    act: Callable[[Work, Who, Subject, int], Toast],
) -> Callable[[Work, Who, Subject, Touched], Toast]:
    """The act of a button that needs to know only under which message it stands."""
    return lambda work, who, subject, tapped: act(work, who, subject, tapped.message_id)


@dataclass(frozen=True, slots=True)
class Owned(Generic[Who, Subject]):
    """A way to find the things that a button names among the tapper's own; None: they are not."""

    things: frozenset[str]
    find: Callable[[Work, Who, Press], Subject | None]
    ahead: Callable[[Work, Who, Press], object] | None = None
    """As for a command: what ``find`` needs."""


@dataclass(frozen=True, slots=True)
class Tap(Generic[Who, Subject]):
    """A button: whose things it names, what a tap on it leads to, and when."""

    name: Name
    of: Owned[Who, Subject]
    act: Callable[[Work, Who, Subject, Touched], Toast]
    when: frozenset[Standing] = ALWAYS
    ahead: Callable[[Work, Who, Press], object] | None = None
    """As for a command."""

    def __post_init__(self) -> None:
        """ValueError: the button names a thing of somebody's that nobody looks for."""
        if self.of.things != FORMS[self.name].things:
            raise ValueError(f"a {self.name} button names {sorted(FORMS[self.name].things)}")

    def press(self, work: Work, who: Who, tapped: Touched) -> Toast:
        """Act, if all that the button names is the tapper's own."""
        subject = self.of.find(work, who, tapped.press)
        return STALE if subject is None else self.act(work, who, subject, tapped)


@dataclass(frozen=True, slots=True)
class Table(Generic[Who, Key]):
    """All entries of one role, in the order in which menu and /help name them."""

    commands: tuple[Command[Who, Key], ...]
    taps: tuple[Tap[Who, Any], ...]

    def __post_init__(self) -> None:
        """ValueError: two entries share a name."""
        for names in ([each.name for each in self.commands], [each.name for each in self.taps]):
            if len(set(names)) != len(names):
                raise ValueError(f"an entry stands twice among {names}")

    def command(self, name: str) -> Command[Who, Key] | None:
        """The command of this name."""
        return next((each for each in self.commands if each.name == name), None)

    def tap(self, name: Name) -> Tap[Who, Any] | None:
        """The button of this name, where this role has it."""
        return next((each for each in self.taps if each.name == name), None)

    def press(self, work: Work, who: Who, standing: Standing, tapped: Touched) -> Toast:
        """Act on a tap; a button of another role, or of another time, is stale."""
        entry = self.tap(tapped.press.name)
        if entry is None or standing not in entry.when:
            return STALE
        return entry.press(work, who, tapped)

    def answer(
        self, work: Work, who: Who, standing: Standing, pressed: Pressed, update_id: int
    ) -> Toast:
        """The same for a tap as it came in: of a message that Telegram does not name, or with data
        that nobody wrote, it is stale.
        """
        if pressed.press is None or pressed.message_id is None:
            return STALE
        tapped = Touched(pressed.press, pressed.message_id, update_id, pressed.shown_at)
        return self.press(work, who, standing, tapped)

    def ahead(self, incoming: Incoming) -> Callable[[Work, Who], object] | None:
        """Find how to read what a command or a tap needs before the write; None: nothing."""
        if isinstance(incoming, Commanded):
            entry = self.command(incoming.name)
            return None if entry is None else entry.ahead
        if not isinstance(incoming, Pressed) or incoming.press is None:
            return None
        press, tap = incoming.press, self.tap(incoming.press.name)
        look = None if tap is None else tap.ahead or tap.of.ahead
        return None if look is None else lambda work, who: look(work, who, press)

    def allows(self, incoming: Incoming, standing: Standing) -> bool:
        """True where the command or the tap is for now."""
        if isinstance(incoming, Commanded):
            entry = self.command(incoming.name)
            return entry is not None and standing in entry.when
        if not isinstance(incoming, Pressed) or incoming.press is None:
            return False
        tap = self.tap(incoming.press.name)
        return tap is not None and standing in tap.when

    def menu(self) -> Iterator[tuple[str, Key]]:
        """Each command that the menu names, with the key of its text."""
        return ((each.name, each.menu) for each in self.commands if each.menu is not None)

    def help(self, standing: Standing) -> Iterator[Key]:
        """The keys of the lines of /help, for what may be used now."""
        for each in self.commands:
            if each.help is not None and standing in each.when:
                yield each.help
