"""What the API and the pages of an account do alike."""
