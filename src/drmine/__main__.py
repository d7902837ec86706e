"""``python -m drmine`` is the command ``drmine``."""

from drmine.cli import main

if __name__ == "__main__":
    main()
