"""`python -m vasttui`."""

from vasttui.cli.main import main

if __name__ == "__main__":
    main()
