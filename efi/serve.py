"""Starts the program, by the name that deployments use: `python -m efi.serve`."""

from efi.running.serve import main

if __name__ == "__main__":
    main()
