"""What has happened to customers: how they came, what they are like, what they agreed to, and how they went."""

from customers.events.access import *
from customers.events.addresses import *
from customers.events.consents import *
from customers.events.credit import *
from customers.events.endings import *
from customers.events.people import *
from customers.events.registration import *
