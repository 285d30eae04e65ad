"""What can be asked of the tavern: each command beside its handler."""
