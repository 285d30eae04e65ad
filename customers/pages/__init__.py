"""The pages of an account, beside the shop window."""
