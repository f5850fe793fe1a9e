"""Refusals: what the product says no to, in a sentence that the person reads and a code that programs read."""


class Refusal(Exception):  # noqa: N818 - the word of the pages: something is refused, nothing went wrong
    """A request that was understood and cannot be done. Pages show `message`, the API answers 409 with `code`."""

    code = "refused"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code
