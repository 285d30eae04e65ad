"""Sends mails to a folder, for development and tests: a file for each, that its owner alone can read."""

import os
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Folder(BaseEmailBackend):
    """Writes each mail to a file of its own in EMAIL_FILE_PATH, where it appears whole."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            name = uuid4()
            begun = folder / f".{name}.part"
            with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.message().as_bytes())
            begun.rename(folder / f"{name}.eml")
        return len(email_messages)
