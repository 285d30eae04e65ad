"""What `manage.py verify` looks at, each a generator of what it finds, with what heals it."""
