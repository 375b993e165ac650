"""One use case each: load, decide, save, in one transaction. Services never send and never wait."""
