"""The tavern in the admin: its records, and the verbs on them."""
