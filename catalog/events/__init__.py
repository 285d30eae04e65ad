"""What has happened in the catalogue: the facts of products, bundles, categories, suppliers and stock."""

from catalog.events.bundles import *
from catalog.events.categories import *
from catalog.events.lots import *
from catalog.events.pictures import *
from catalog.events.products import *
from catalog.events.proposals import *
from catalog.events.stock import *
from catalog.events.suppliers import *
