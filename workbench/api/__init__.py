"""What every answer of the API shares: strict JSON in, pages out, refusals in one shape."""
