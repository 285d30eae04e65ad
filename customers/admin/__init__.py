"""Customers in the admin: their records, masked for whoever may not see what is personal, and the verbs on them."""
