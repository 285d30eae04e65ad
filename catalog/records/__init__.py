"""What staff list, filter and look up: of the catalogue, of the warehouse, and of what waits for a second person."""
