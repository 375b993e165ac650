"""A PostgreSQL server that writes down every statement with its values, and each error with its
row, has no word, name, chat or alias in its log: it is never given them in plain.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import notes, outbox, people
from storage.engine import EngineTrouble
from storage.notes import NewNote
from storage.outbox_rows import NewMessage
from storage.people import Name
from storage.store import Store, Tx
from tests.storage.conftest import KEYRING, statement
from tests.storage.practice import NOW, add_care

TALKATIVE = {
    "log_statement": "all",
    "log_error_verbosity": "verbose",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}
CHAT = 7302958376
NAME, ALIAS, WORDS, TEXT = "Dr. Quagmire", "Zyxwv", "a purple xylophone", "Ottokar's question"
SECRETS = (NAME, ALIAS, WORDS, TEXT, str(CHAT))


@pytest.mark.promise("P6a")
@pytest.mark.promise("P6b")
@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
async def test_a_server_that_logs_all_it_is_given_knows_no_secret(url: str, postgres: Path) -> None:
    name = sa.make_url(url).database
    for setting, value in TALKATIVE.items():
        await statement(postgres, f"ALTER DATABASE {name} SET {setting} = '{value}'")
    store = await Store.open(url, KEYRING)

    def live(tx: Tx) -> int:
        care = add_care(tx, alias=ALIAS)
        people.rename(tx, care.therapist_id, Name(NAME))
        people.bind_chat(tx, care.client_id, CHAT, NOW)
        outbox.add(tx, NewMessage(care.client_id, "once", "reply", "message", TEXT, "key"), NOW)
        return care.client_id

    client = await store.write(live)

    def goes_wrong(tx: Tx) -> None:
        """A note of a care that is not there: the server shows the row that it refuses."""
        notes.add(tx, NewNote(999, client, NOW, NOW, None, WORDS, question=TEXT))

    with pytest.raises(EngineTrouble) as refused:
        await store.write(goes_wrong)
    await store.close()
    told = (postgres / "log").read_text("utf-8", "replace")
    assert "INSERT INTO notes" in told and "parameters: $1 =" in told
    assert "violates foreign key constraint" in told
    for text in (told, str(refused.value)):
        assert [s for s in SECRETS if s in text or s.encode().hex() in text] == []
