"""What can go wrong between us and the market, each with its way out."""


class CloudError(Exception):
    """The market could not or would not do it. `str()` is one line; `hint` is what to do next.

    `status` is the HTTP status (None: no answer), `code` the API's own word for it. `may_have_happened`: the
    request was sent and its outcome is unknown, or it failed half-way; look before asking again. `created` is
    the instance that a failed create left behind, where the reply named one: it bills.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        status: int | None = None,
        code: str = "",
        may_have_happened: bool = False,
        created: int | None = None,
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.status = status
        self.code = code
        self.may_have_happened = may_have_happened
        self.created = created


class KeyMissingError(CloudError):
    """There is no API key to be found, or it cannot be read."""


class AuthError(CloudError):
    """The key is wrong, expired, too narrow, or a second factor is asked for."""


class CreditError(CloudError):
    """The account cannot pay for it."""


class OfferGoneError(CloudError):
    """Someone else was faster, or the host took the machine off the market."""


class NoSuchInstanceError(CloudError):
    """There is no instance of this id (any more)."""


class BusyError(CloudError):
    """Asked too often. `wait_s` is how long the market wants us to wait, where known."""

    wait_s: float | None = None


class QuotaError(CloudError):
    """The day's searches are used up."""


class RefusedError(CloudError):
    """The market understood and said no."""


class ServiceError(CloudError):
    """The market itself is in trouble, or does not speak as expected."""


class NoAnswerError(CloudError):
    """Nothing came back: link, address, time."""


class QueryError(CloudError):
    """A search that cannot be understood. `str()` names the field and what was meant perhaps."""
