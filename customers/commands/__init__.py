"""Commands on customers, each beside its handler."""
