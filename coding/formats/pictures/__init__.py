"""Pictures of analyses as SVG: numbers in, one drawing out, for a page in either theme or for a file of its own."""
