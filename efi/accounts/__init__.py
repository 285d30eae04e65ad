"""Accounts at the door and within: what is used once, second factors, sessions, tokens, and who was asked lately."""
