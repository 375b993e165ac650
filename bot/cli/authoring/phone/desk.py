"""The author's desk: the flow files, the one that is tried, and the conversation with it.

Used by ``trying_page``. The last version of a file that could be played stays on the phone, and no
move is lost while the file is broken or away. It knows no server and no clock, and writes nothing
but the story that the author asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot.cli.authoring.client_side import ClientSide
from bot.cli.authoring.file_arguments import STORIES, shown
from bot.cli.authoring.phone.chat_view import Chat, chat_of
from bot.cli.authoring.phone.flow_folder import FlowFolder, Leaf, Leaves
from bot.cli.authoring.rehearsal import Rehearsal, waited
from bot.cli.authoring.replaying import Setting
from bot.cli.authoring.story_file import written
from bot.services.work.buttons import Press, press
from flows.engine.story_text import Action, ClientDeed
from flows.languages import Language, in_english, is_spoken
from flows.script.flow import Flow

Kind = Literal["good", "broken", "gone", "changed"]
Why = str | None
"""A sentence for the author on why something cannot be done now; None where it is done."""

NOTHING_TO_PLAY = "There is no flow here that can be played yet."
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)
_WAYS: dict[str, ClientDeed] = {
    "done": "confirm",
    "withhold": "withhold",
    "skip": "skip",
    "back": "back",
    "add": "add",
}
"""The buttons below a question that count for its turn only."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The relation of the phone to the file, and what is to be said above it, if anything."""

    kind: Kind
    text: str | None = None


@dataclass(frozen=True, slots=True)
class KeptStory:
    """A story that was written, and the command that plays it again."""

    file: str
    command: str


@dataclass(slots=True)
class Desk:
    """The flows of a folder, one of which is on the phone."""

    folder: FlowFolder
    client_side: ClientSide
    begin: Callable[[Flow], Setting]
    """The setting of a conversation with a flow."""
    again: Callable[[Path, Path], str]
    """The command that plays a story again: of its file, and of the folder of the flows."""
    wanted: Language | None = None
    """The language that the author chose last; None: the flow's first."""
    name: str = ""
    """The file that is tried; empty while none can be played."""
    leaves: Leaves = field(default_factory=dict)
    story: KeptStory | None = None
    """The story that was kept last."""
    _tried: dict[str, Rehearsal] = field(default_factory=dict)
    """The conversation with each file that was on the phone, by the file's name."""

    @property
    def rehearsal(self) -> Rehearsal | None:
        """The conversation on the phone; None while no file could be played."""
        return self._tried.get(self.name)

    @property
    def path(self) -> str:
        """The file that is tried, as the author would type it."""
        return shown(self.folder.own / self.name)

    @property
    def leaf(self) -> Leaf | None:
        """The file that is tried, as it is on disk; None where it has gone."""
        return self.leaves.get(self.name)

    def tried_last(self, name: str) -> Flow | None:
        """The version of a file that could be played last; None where none was."""
        tried = self._tried.get(name)
        return None if tried is None else tried.setting.flow

    def is_doubtful(self, leaves: Leaves) -> bool:
        """True where the file that is tried cannot be played as it was read: an editor may be in
        the middle of saving it.
        """
        leaf = leaves.get(self.name)
        return leaf is None or leaf.flow is None

    def take(self, leaves: Leaves) -> None:
        """The files are like this now: the phone shows the newest version that can be played."""
        self._follow(leaves)
        if self.folder.is_file:
            mine = self.name or self.folder.place.name
            leaves = {name: leaf for name, leaf in leaves.items() if name == mine}
        self.leaves = leaves
        if self.name not in self._tried and self.is_doubtful(leaves):
            playable = (name for name, leaf in leaves.items() if leaf.flow is not None)
            self.name = next(playable, self.name or next(iter(leaves), ""))
        self._keep_up()

    def _follow(self, leaves: Leaves) -> None:
        """The conversation goes along where the file that is tried has another name now."""
        tried = self.tried_last(self.name)
        if tried is None or self.name in leaves:
            return
        for name, leaf in leaves.items():
            if name not in self._tried and leaf.flow is not None and leaf.flow.id == tried.id:
                self._tried[name] = self._tried.pop(self.name)
                self.name = name
                return

    def _keep_up(self) -> None:
        leaf, rehearsal = self.leaf, self.rehearsal
        flow = None if leaf is None else leaf.flow
        if flow is None:
            return
        if rehearsal is None:
            self._tried[self.name] = rehearsal = Rehearsal(self.begin(flow))
        spoken = rehearsal.setting.language
        wanted = self.wanted or spoken
        language = wanted if wanted in flow.languages else flow.languages[0]
        if (rehearsal.setting.flow, spoken) != (flow, language):
            rehearsal.change(flow=flow, language=language)

    def standing(self) -> Standing:
        """The relation of the phone to the file, as it is now."""
        leaf, rehearsal = self.leaf, self.rehearsal
        if rehearsal is None:
            return Standing("broken", NOTHING_TO_PLAY)
        if leaf is None:
            return Standing("gone", "The file is gone. The phone shows how it was last.")
        if leaf.flow is None:
            wrong = f"{leaf.errors} error{'' if leaf.errors == 1 else 's'}"
            return Standing("broken", f"The file has {wrong}. The phone shows how it was before.")
        said = " ".join(filter(None, (self._other_language(rehearsal), rehearsal.misfit)))
        return Standing("changed", said) if said else Standing("good")

    def _other_language(self, rehearsal: Rehearsal) -> str | None:
        """Say so where the phone speaks another language than the author chose."""
        spoken = rehearsal.setting.language
        if self.wanted is None or self.wanted == spoken:
            return None
        named = f"{in_english(self.wanted)}; the phone speaks {in_english(spoken)}"
        return f"The file is not written in {named}."

    def chat(self) -> Chat:
        """The chat on the phone."""
        rehearsal = self.rehearsal
        return Chat() if rehearsal is None else chat_of(rehearsal, self.client_side)

    def story_name(self) -> str:
        """A name for a story that no file has yet."""
        rehearsal = self.rehearsal
        stem = "story" if rehearsal is None else rehearsal.setting.flow.id
        names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, 1000))
        return next((name for name in names if not self._story_file(name).exists()), stem)

    def choose(self, name: str) -> Why:
        """Another file is on the phone, where it was left the last time."""
        leaf = self.leaves.get(name)
        if leaf is None:
            return "There is no such file any more."
        if leaf.flow is None and name not in self._tried:
            return f"{leaf.path} has errors. It can be tried once they are mended."
        self.name = name
        self._keep_up()
        return None

    def say(self, text: str) -> Why:
        """The author writes something, as a client would."""
        words = text.strip()
        if not words:
            return "There is nothing to send yet."
        return self._perform(Action("recall") if words == "/checkin" else Action("say", words))

    def send_sticker(self) -> Why:
        """The author sends something that is not text."""
        return self._perform(Action("send", "sticker"))

    def wait(self, words: str) -> Why:
        """Time passes: reminders come, check-ins lapse."""
        action = waited(words)
        return "Write such as 20m, 6h or 2d." if action is None else self._perform(action)

    def tap(self, message: int, row: int, column: int) -> Why:
        """The author taps a button that stands in the chat now."""
        rows = next((one.rows for one in self.chat().messages if one.number == message), ())
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            return "That button is not there any more."
        pressed = press(rows[row][column].data)
        assert pressed is not None, "each button of the chat was written by `data`"
        if pressed.name == "later":
            return self._perform(Action("say", rows[row][column].label), by_tap=True)
        return self._tap(pressed)

    def _tap(self, pressed: Press) -> Why:
        rehearsal = self.rehearsal
        if rehearsal is None:
            return NOTHING_TO_PLAY
        if pressed.name == "recall":
            return self._perform(Action("recall"))
        if pressed.name == "change":
            return self._perform(Action("change"))
        turn_no = pressed.numbers[1]
        of_turn = None if turn_no == rehearsal.check_in().turn_no else turn_no
        if pressed.name != "answer":
            return self._perform(Action(_WAYS[pressed.name], of_turn=of_turn), by_tap=True)
        place, asked = pressed.numbers[2], rehearsal.run.stage.shown[turn_no]
        action = Action("tap", asked.choices[place], of_turn=of_turn)
        return self._perform(action, place if of_turn is None else None, by_tap=True)

    def _perform(self, action: Action, choice: int | None = None, *, by_tap: bool = False) -> Why:
        rehearsal = self.rehearsal
        if rehearsal is None:
            return NOTHING_TO_PLAY
        if rehearsal.perform(action, choice, by_tap=by_tap) is None:
            return "That button is not there any more."
        return None

    def speak(self, language: str) -> Why:
        """The same conversation in another language."""
        rehearsal = self.rehearsal
        if rehearsal is None:
            return NOTHING_TO_PLAY
        if not is_spoken(language) or language not in rehearsal.setting.flow.languages:
            return "The flow is not written in that language."
        self.wanted = Language(language)
        rehearsal.change(language=Language(language))
        return None

    def restart(self) -> Why:
        """The conversation begins again."""
        if self.rehearsal is None:
            return NOTHING_TO_PLAY
        self.rehearsal.restart()
        return None

    def keep(self, name: str) -> Why:
        """The conversation is written down as a story, in a file that was not there before."""
        rehearsal, leaf = self.rehearsal, self.leaf
        if rehearsal is None:
            return NOTHING_TO_PLAY
        if leaf is None:
            return "The file is gone, and without it a story cannot be played. Put it back first."
        if leaf.flow is None:
            return "The story would be of a version that is not on disk. Mend the file first."
        if leaf.flow.id != Path(self.name).stem:
            named = f"{leaf.flow.id}.toml"
            return f"A story finds its flow by its id. Rename {self.name} to {named} first."
        stem = name.strip().removesuffix(".toml")
        if not _NAME.fullmatch(stem):
            return "Give it a name of small letters, digits, - and _, such as a-hard-week."
        file = self._story_file(stem)
        text = written(rehearsal.story(), rehearsal.result())
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except FileExistsError:
            return f"{shown(file)} is there already, and stays as it is. Choose another name."
        except OSError as error:
            return f"{shown(file)} cannot be written ({error.strerror})."
        self.story = KeptStory(shown(file), self.again(file, self.folder.own))
        return None

    def _story_file(self, stem: str) -> Path:
        return self.folder.own / STORIES / f"{stem}.toml"
