"""What the tavern brings in from files."""
