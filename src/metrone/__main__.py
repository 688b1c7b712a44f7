"""`python -m metrone` is the `metrone` command."""

from metrone.cli import main

if __name__ == "__main__":
    main(prog_name="metrone")
