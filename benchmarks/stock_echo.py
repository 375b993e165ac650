"""A stock python-telegram-bot echo, as its documentation shows it; ``throughput`` runs beside it.

``python stock_echo.py URL TOKEN AT_ONCE``. State in memory, nothing on disk. With 1 it handles one
update after the other, as it comes; with more it uses the library's concurrent updates and a pool
of as many connections as our own bot has.
"""

from __future__ import annotations

import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from bot.chat.connection import SPARE_CONNECTIONS

STATE: dict[int, list[str]] = {}


async def echo(update: Update, _context: Any) -> None:
    """Remember the text and answer with it."""
    message = update.effective_message
    if message is None or message.text is None:
        return
    STATE.setdefault(message.chat_id, []).append(message.text)
    await message.reply_text(message.text)


def main() -> None:
    """Run until SIGTERM."""
    url, token, at_once = sys.argv[1], sys.argv[2], int(sys.argv[3])
    builder = Application.builder().token(token).base_url(f"{url}/bot")
    if at_once > 1:
        pool = at_once + SPARE_CONNECTIONS
        builder = builder.concurrent_updates(at_once).connection_pool_size(pool)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
