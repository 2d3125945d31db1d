"""Why there is no database to work with. Every message says what to do about it."""

from __future__ import annotations

from core.errors import DatabaseUnavailable, StudioError


class DatabaseUnreachable(DatabaseUnavailable):
    """The server of DATABASE_URL does not answer, or does not let its user in."""


class DatabaseNotProvisioned(DatabaseUnavailable):
    """The server answers, but the product's roles or its database are missing."""


class AdministratorLacksRights(DatabaseUnavailable):
    """The user of DATABASE_URL may not create roles, databases or extensions."""


class PostgresMissing(DatabaseUnavailable):
    """No usable `postgres` and `initdb` were found, or this account cannot run them."""


class DataFolderOfAnotherVersion(DatabaseUnavailable):
    """The data folder was made by another major version of PostgreSQL."""


class DataFolderNotWritable(DatabaseUnavailable):
    """This account may not write where the database shall live."""


class DataFolderInUse(DatabaseUnavailable):
    """A PostgreSQL that we cannot reach already works in the data folder."""


class SocketInUse(DatabaseUnavailable):
    """Another server, or another account, holds the place of the embedded server's socket."""


class PostgresDidNotStart(DatabaseUnavailable):
    """The embedded server stopped while starting, or never answered."""


class ProgramFailed(StudioError):
    """A program that the product needs beside it keeps stopping."""


class AddressInUse(StudioError):
    """Another program already listens where the web server shall listen."""
