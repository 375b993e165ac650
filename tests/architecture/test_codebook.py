"""Every table and every field of a client's copy has its line in ``own_data/codebook.toml``."""

from __future__ import annotations

from bot.services.own_data.codebook import codebook
from storage.erasures import ORDER
from storage.own_rows import LEFT_OUT
from storage.table_parts import metadata


def test_every_table_and_field_of_the_copy_is_explained() -> None:
    known = codebook()
    tables = {"people", *(table.name for table, _ in ORDER)}
    assert known["tables"].keys() == tables
    fields = {
        column.name.removesuffix("_sealed")
        for name in tables
        for column in metadata.tables[name].columns
        if column.name not in LEFT_OUT
    }
    assert known["fields"].keys() == fields
