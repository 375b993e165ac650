"""The author's phone: ``interlude flows try --page``, the same rehearsal on a page of this machine.

Used by ``bot.cli.authoring.trying``, which imports it late: it needs a server and a watcher.
"""
