"""The addresses of which many ask the same: their answers are kept in Redis."""

from efi.http import hot_reads
from readmodels import bundles, categories, product_catalog

SHOWN = (product_catalog.NAME, categories.TREE, categories.COUNTS, bundles.NAME)

hot_reads.serve("products", "/api/v1/products", fed_by=SHOWN)
hot_reads.serve("product", "/api/v1/products/[^/]+", fed_by=SHOWN)
hot_reads.serve("categories", "/api/v1/categories(/[^/]+)?", fed_by=SHOWN)
hot_reads.serve("shop", "/|/products(/[^/]+)?|/categories/[^/]+", fed_by=SHOWN, negotiated=False)
