"""The records as Django knows them: each on the view of its read model."""

from django.db import models
from django_mongodb_backend.fields import ArrayField

from customers.records import consents, customers
from customers.values import Act, ConsentKind, CustomerType, PricingTier, Segment, Standing
from efi.reading.projections import READ_MODELS
from efi.reading.records import Record, choices


class Customer(Record):
    """Who buys from us."""

    called = models.CharField("customer", max_length=200)
    name = models.CharField("person", max_length=200, null=True)
    business = models.CharField(max_length=200, null=True)
    email = models.CharField("e-mail", max_length=254, null=True)
    phone = models.CharField(max_length=40, null=True)
    type = models.CharField(max_length=40, choices=choices(CustomerType))
    segment = models.CharField(max_length=40, choices=choices(Segment), null=True)
    tier = models.CharField("prices", max_length=20, choices=choices(PricingTier))
    standing = models.CharField(max_length=20, choices=choices(Standing))
    has_account = models.BooleanField("can sign in")
    email_proven = models.BooleanField("e-mail proven")
    city = models.CharField(max_length=200, null=True)
    country = models.CharField(max_length=2, null=True)
    tags = ArrayField(models.CharField(max_length=40))
    notes = models.JSONField()
    credit_days = models.IntegerField("credit, days", null=True)
    credit_limit = models.DecimalField("credit, limit", max_digits=14, decimal_places=2, null=True)
    credit_currency = models.CharField(max_length=3, null=True)
    credit_proposal_id = models.CharField("credit that waits", max_length=36, null=True)
    forgetting_proposal_id = models.CharField("forgetting that waits", max_length=36, null=True)
    merged_into = models.CharField(max_length=36, null=True)
    registered_at = models.DateTimeField("since")

    seen = False
    """Whether it is shown to somebody who may see what is personal; its name is told to nobody else."""

    class Meta(Record.Meta):
        db_table = READ_MODELS[customers.NAME].view_name

    def __str__(self) -> str:
        return (self.seen and self.called) or f"{self.get_type_display()} {self.pk[-12:]}"


class Consent(Record):
    """That somebody agreed to something, or took it back."""

    customer = models.ForeignKey(Customer, models.DO_NOTHING, null=True, db_constraint=False)
    kind = models.CharField(max_length=20, choices=choices(ConsentKind))
    act = models.CharField("what was done", max_length=20, choices=choices(Act))
    version = models.CharField(max_length=40)
    network_address = models.CharField("from", max_length=45, null=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[consents.NAME].view_name

    def __str__(self) -> str:
        return f"{self.kind} {self.act}"
