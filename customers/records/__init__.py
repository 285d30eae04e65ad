"""What is listed and looked up of customers: by themselves, and by staff."""
