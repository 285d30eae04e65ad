"""Django's connection to MongoDB, on the client of the log: a command may write rows of Django's in its transaction."""

from typing import Any

from bson.codec_options import CodecOptions
from django_mongodb_backend import base
from pymongo import MongoClient
from pymongo.database import Database

from efi.log.mongo import Document, client


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc] # the backend has no types
    """MongoDB takes a session only from the client that began it, so that there is one client for both.

    Times are read without a zone and ids as they are stored, which is how the backend's fields expect them.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> MongoClient[Document]:
        return client()

    @property
    def database(self) -> Database[Document]:
        """Returns that of the client of now: the log takes another where a process is forked."""
        return client().get_database(self.settings_dict["NAME"], codec_options=CodecOptions())

    @database.setter
    def database(self, of_a_connection: Database[Document]) -> None:
        """Lets be what the backend keeps when it connects."""

    def close_pool(self) -> None:
        """Leaves the client open, which the log goes on with."""
        self.connection = self.session = None
        self.run_on_commit.clear()
