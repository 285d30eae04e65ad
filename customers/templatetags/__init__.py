"""What the templates of an account ask."""
