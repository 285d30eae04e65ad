"""The records that are of no one context."""

from typing import ClassVar

from django.db import models

from efi.reading import approvals
from efi.reading.projections import READ_MODELS
from efi.reading.records import Record


def kinds() -> list[tuple[str, str]]:
    """Returns what second persons are asked about, and what pages call each."""
    return [(kind, kind.replace("_", " ")) for kind in approvals.KINDS]


class Approvals(models.Manager["Approval"]):
    """Looks at the view of today's fold, which has its name once every context has said what it asks."""

    def get_queryset(self) -> models.QuerySet["Approval"]:
        """Returns all that waits."""
        self.model._meta.db_table = READ_MODELS[approvals.NAME].view_name
        return super().get_queryset()


class Approval(Record):
    """What waits for a second person."""

    context = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=kinds)
    subject = models.TextField()
    subject_id = models.CharField(max_length=80)
    record = models.CharField("id of the record", max_length=80)
    ids = models.JSONField()
    before = models.TextField()
    after = models.TextField()
    reason = models.TextField()
    asked_by = models.CharField(max_length=200)
    since = models.DateTimeField()

    asker = ""
    """The actor who asked, where `asked_by` is shown by name."""

    objects: ClassVar[Approvals] = Approvals()

    class Meta(Record.Meta):
        db_table = approvals.NAME

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
