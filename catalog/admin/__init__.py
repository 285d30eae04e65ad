"""The catalogue in the admin: its records, the verbs on them, and what of it the front page shows."""
