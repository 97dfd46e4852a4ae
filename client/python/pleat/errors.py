"""What can go wrong."""


class PleatError(Exception):
    """The coordinator refused, or does not answer; its message says what to do. `code`: a grpc.StatusCode."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class DamagedFile(Exception):
    """A file is not what the coordinator says that it is."""
