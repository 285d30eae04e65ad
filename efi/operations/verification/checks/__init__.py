"""The checks of `manage.py verify`: generators of differences, each with the function that heals it."""
