"""The records as Django knows them: each on the view of its read model."""

from django.db import models
from django_mongodb_backend.fields import ArrayField

from catalog.records import categories, lots, products, suppliers
from catalog.records.lots import State
from catalog.values import Level, Status, StorageZone
from efi.projections import READ_MODELS
from efi.records import Record


def choices(values: type[Status | StorageZone | State | Level]) -> list[tuple[str, str]]:
    return [(value.value, value.replace("_", " ")) for value in values]


class Supplier(Record):
    """Whom we buy from."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    contact = models.TextField()
    country = models.CharField(max_length=2)

    class Meta(Record.Meta):
        db_table = READ_MODELS[suppliers.NAME].view_name

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Category(Record):
    """A place in the tree of categories."""

    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.DO_NOTHING, null=True, db_constraint=False)
    level = models.IntegerField(choices=[(level, str(level)) for level in categories.listing.closed["level"]])
    path = models.TextField()
    place = models.TextField()
    description = models.TextField()
    picture = models.CharField(max_length=80, null=True)
    active = models.BooleanField()
    shown = models.BooleanField("shown, with all above it")

    class Meta(Record.Meta):
        db_table = READ_MODELS[categories.NAME].view_name
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.path


class Product(Record):
    """A food, its price, and how much of it can be sold."""

    sku = models.CharField("SKU", max_length=32)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=choices(Status))
    description = models.TextField()
    brand = models.CharField(max_length=200)
    picture = models.CharField(max_length=80, null=True)
    unit = models.CharField(max_length=200)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    country = models.CharField("country of origin", max_length=2)
    storage_zone = models.CharField(max_length=10, choices=choices(StorageZone))
    shelf_life_days = models.IntegerField(null=True)
    category_ids = ArrayField(models.CharField(max_length=36))
    supplier = models.ForeignKey(Supplier, models.DO_NOTHING, null=True, db_constraint=False)
    available = models.IntegerField()
    in_stock = models.BooleanField()
    best_before = models.DateField("nearest best-before", null=True)
    created_at = models.DateTimeField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[products.NAME].view_name

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class Lot(Record):
    """Goods of one batch."""

    product = models.ForeignKey(Product, models.DO_NOTHING, null=True, db_constraint=False)
    lot_id = models.CharField(max_length=36)
    batch_number = models.CharField(max_length=40)
    supplier = models.ForeignKey(Supplier, models.DO_NOTHING, null=True, db_constraint=False)
    best_before = models.DateField()
    received = models.IntegerField()
    remaining = models.IntegerField()
    state = models.CharField(max_length=20, choices=choices(State))
    reason = models.TextField()
    notice = models.CharField("notice of its best-before", max_length=10, choices=choices(Level))
    adjustment_id = models.CharField("adjustment that waits", max_length=36, null=True)
    received_at = models.DateTimeField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[lots.NAME].view_name

    def __str__(self) -> str:
        return self.batch_number
