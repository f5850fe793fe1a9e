"""
How fast and how small it is: `make bench`, or `python -m tests.benchmarks [PART...]`.

Measured on a throw-away installation with the shipped settings (two web workers with four threads, a database that
syncs every commit), against a floor that the same machine gives in the same run, and beside the best of four peers.
Printed, never asserted: a number depends on the machine.
"""
