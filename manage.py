#!/usr/bin/env python3
"""Run one command of the workbench."""

import os
import sys


def main() -> int:
    """Start what the command needs, then run it; what cannot be is one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workbench.settings")
    # One thread per calculation: sums come out the same to the last bit, and a small server stays small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from workbench import start
    from workbench.env import ConfigError

    try:
        start.ready(sys.argv)
        execute_from_command_line(sys.argv)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OperationalError as error:
        sys.stderr.write(f"The database cannot be used: {str(error).strip().splitlines()[0]}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
