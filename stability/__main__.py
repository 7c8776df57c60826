"""`python -m stability` is the command line."""

from stability.cli.app import main

if __name__ == "__main__":
    main()
