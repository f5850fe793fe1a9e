"""A throw-away installation of the workbench, as an operator would start it, for what cannot be asked in-process."""
