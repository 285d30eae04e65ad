"""`manage.py import_products FILE --as EMAIL`: checks a file of products, then imports it, as the admin does."""

from catalog.imports.products import PRODUCTS
from efi.management.import_command import ImportCommand


class Command(ImportCommand):
    help = (
        "Imports products from a CSV or XLSX file: what is new is drafted, what is there is changed as the file says."
    )
    kind = PRODUCTS
    file_help = "with the columns of demo/northwind/products.csv"
