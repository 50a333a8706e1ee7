"""``python -m ivr`` is the command ``ivr``, where its script is not on the path: of a process that starts another."""

from ivr.cli import main

if __name__ == "__main__":
    main()
