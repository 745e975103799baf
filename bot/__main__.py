"""`python -m bot`: the same as `superdocs-relay`."""

from bot.cli import main

if __name__ == "__main__":
    main()
