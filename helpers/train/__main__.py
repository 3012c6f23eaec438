"""`python -m helpers.train`: listens for signals, then imports the rest."""

import sys

from helpers import stopping

if __name__ == "__main__":
    stop = stopping.Stop(lambda: "Stopped before the first step: nothing was trained or written.")
    stop.listen()
    from helpers.train import command

    code = command.main(stop=stop)
    stop.finish()
    sys.exit(code)
