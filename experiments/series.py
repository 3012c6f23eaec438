"""The log of a long series: a line of JSON for each run, so that a series that was stopped goes on from there."""

import json


def rows(log):
    """The rows of a log, in their order; none where there is no log yet.

    Args:
        log: pathlib.Path.
    Raises:
        ValueError: a line is no JSON, such as the last one of a series that was killed while it wrote; it is named.
    """
    if not log.exists():
        return []
    found = []
    for number, line in enumerate(log.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(
                f"{log}, line {number} is no row: {error}. Remove that line; its run is made again"
            ) from error
    return found


def add(log, row):
    """Appends a row; makes the folder where it is missing.

    Args:
        log: pathlib.Path.
        row: dictionary that JSON can hold.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
