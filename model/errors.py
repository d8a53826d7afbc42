"""What is wrong with an input, in a sentence a person can act on."""


class InputError(ValueError):
    """Ink or a picture that cannot be read.

    `code` is a stable word for programs and translations, `str(error)` one English sentence that
    says what was wrong and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
