"""Values of the customers, which their events are made of."""

from customers.values.addresses import *
from customers.values.contacts import *
from customers.values.credit import *
from customers.values.profiles import *
from customers.values.traits import *
from customers.values.types import *
