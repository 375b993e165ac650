"""A stock python-telegram-bot echo, as its documentation shows it; ``throughput`` runs beside it.

``python stock_echo.py URL TOKEN``. State in memory, nothing on disk, one update after the other.
"""

from __future__ import annotations

import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

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
    url, token = sys.argv[1:]
    application = Application.builder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
