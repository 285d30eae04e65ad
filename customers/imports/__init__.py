"""What is brought in of customers from files."""
