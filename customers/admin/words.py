"""The customers' words in the admin: what fields are called, where refusals are shown, and how states look."""

from customers.models import Customer
from customers.values import Parish, Standing
from efi.staff.commands.fields import say
from efi.staff.commands.forms import refused_at
from efi.staff.marks import show_as
from efi.staff.references import refers

say(
    merged_id="the one that is closed",
    radius_km="radius (km)",
    notice_hours="notice (hours)",
    shelf_feet="shelf (feet)",
    forced="though something is open",
    network_address="asked from (network address, if known)",
    use="taken for",
    extra="more about the place",
    **{one.value: one.name.replace("_", " ").title() for one in Parish},
)
refers(Customer, "customer_id", "merged_id")
refused_at("taken", "email")
refused_at("no_phone", "phone")
refused_at("no_email", "preferred")
refused_at("segment_of_another_type", "segment")
refused_at("departure_past", "traits")
refused_at("credit_unchanged", "terms")
refused_at("merged_with_itself", "merged_id")
refused_at("keep_the_account", "merged_id")
refused_at("has_credit", "merged_id", "type")
refused_at("still_open", "forced")
show_as("good", Standing.ACTIVE)
show_as("waits", Standing.INACTIVE)
show_as("bad", Standing.MERGED, Standing.FORGOTTEN)
