"""Values of the catalogue, which its events are made of."""

from catalog.values.labels import *
from catalog.values.pictures import *
from catalog.values.products import *
from catalog.values.stock import *
