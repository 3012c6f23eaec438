"""`python -m helpers.page`: generators as one HTML file."""

import sys

if __name__ == "__main__":
    from helpers.page import command

    sys.exit(command.main())
