"""The records as Django knows them: each on the view of its read model."""

from django.db import models

from efi.reading.projections import READ_MODELS
from efi.reading.records import Record, choices
from tavern.records import cellars, kegs, tabs
from tavern.values import TabStatus


class Cellar(Record):
    """Where kegs lie."""

    name = models.CharField(max_length=200)
    closed = models.BooleanField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[cellars.NAME].view_name

    def __str__(self) -> str:
        return self.name


class Keg(Record):
    """What is on tap."""

    name = models.CharField(max_length=200)
    cellar = models.ForeignKey(Cellar, models.DO_NOTHING, null=True, db_constraint=False)
    pints = models.IntegerField("pints left")
    price = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    emptied = models.BooleanField()
    proposal_id = models.CharField("pouring that waits", max_length=36, null=True)
    popular = models.BooleanField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[kegs.NAME].view_name

    def __str__(self) -> str:
        return self.name


class Tab(Record):
    """What a guest has had."""

    name = models.CharField(max_length=200)
    guest_id = models.CharField("guest", max_length=36)
    pints = models.IntegerField()
    status = models.CharField(max_length=10, choices=choices(TabStatus))
    lapses_at = models.DateTimeField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[tabs.NAME].view_name

    def __str__(self) -> str:
        return self.name
