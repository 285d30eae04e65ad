"""A small context for the kernel's own tests: a tavern with cellars, kegs and tabs."""
