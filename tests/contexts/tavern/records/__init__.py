"""What staff list and look up of the tavern: a read model of each shape."""
