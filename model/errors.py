"""The error raised for input that cannot be processed."""


class InputError(ValueError):
    """A drawing or image that cannot be processed.

    `code` is a stable identifier for programs and translations. `str(error)` is one English
    sentence that says what was wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
