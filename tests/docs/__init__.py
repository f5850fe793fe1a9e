"""The documentation is held to the product: nothing is left out of it, and what it shows is run."""
