"""What can be asked of the catalogue: each command beside its handler."""
