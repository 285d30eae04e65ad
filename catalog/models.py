"""The records as Django knows them: each on the view of its read model."""

from django.db import models
from django_mongodb_backend.fields import ArrayField

from catalog.records import bundles, categories, lots, movements, prices, products, stock, suppliers
from catalog.values import Availability, Level, LotState, Status, StorageZone
from efi.reading.projections import READ_MODELS
from efi.reading.records import Record, choices


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
    left = models.BooleanField("anything left")
    state = models.CharField(max_length=20, choices=choices(LotState))
    reason = models.TextField()
    notice = models.CharField("notice of its best-before", max_length=10, choices=choices(Level))
    adjustment_id = models.CharField("adjustment that waits", max_length=36, null=True)
    received_at = models.DateTimeField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[lots.NAME].view_name

    def __str__(self) -> str:
        return self.batch_number


class StockLevel(Record):
    """How much there is of a product."""

    product = models.ForeignKey(Product, models.DO_NOTHING, null=True, db_constraint=False)
    sku = models.CharField("SKU", max_length=32)
    name = models.CharField(max_length=200)
    standing = models.CharField(max_length=20, choices=choices(Availability))
    on_hand = models.IntegerField()
    held = models.IntegerField("not for sale")
    reserved = models.IntegerField()
    available = models.IntegerField()
    reorder_point = models.IntegerField(null=True)
    to_reorder = models.BooleanField()
    best_before = models.DateField("nearest best-before", null=True)

    class Meta(Record.Meta):
        db_table = READ_MODELS[stock.NAME].view_name

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class Movement(Record):
    """What happened to a lot."""

    product = models.ForeignKey(Product, models.DO_NOTHING, null=True, db_constraint=False)
    lot = models.ForeignKey(Lot, models.DO_NOTHING, null=True, db_constraint=False)
    batch_number = models.CharField(max_length=40)
    type = models.CharField(max_length=20, choices=choices(movements.Movement))
    quantity = models.IntegerField()
    remaining = models.IntegerField("left in the lot")
    reference = models.CharField(max_length=40)
    reason = models.TextField()
    moved_by = models.CharField("by", max_length=200)
    moved_at = models.DateTimeField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[movements.NAME].view_name

    def __str__(self) -> str:
        return f"{self.type} of {self.batch_number}"


class Bundle(Record):
    """Products sold together for one price."""

    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=100)
    description = models.TextField()
    product_ids = ArrayField(models.CharField(max_length=36))
    price = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    offered = models.BooleanField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[bundles.NAME].view_name

    def __str__(self) -> str:
        return self.name


class Price(Record):
    """What a product has cost, since when and why."""

    product = models.ForeignKey(Product, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    price = models.DecimalField(max_digits=12, decimal_places=2)
    old = models.DecimalField("price before", max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    reason = models.TextField()
    changed_by = models.CharField(max_length=200)
    approved = models.BooleanField("by approval of a proposal")
    since = models.DateTimeField()

    class Meta(Record.Meta):
        db_table = READ_MODELS[prices.NAME].view_name

    def __str__(self) -> str:
        return f"{self.currency} {self.price}"
