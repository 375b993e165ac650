"""One file a migration. It imports the column types and nothing else that may change later."""
