"""Django finds models here; everything else imports the submodules."""

from accounts.models.api_token import ApiToken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.sign_in_failure import SignInFailure
from accounts.models.user import User

__all__ = ["ApiToken", "Membership", "Organisation", "SignInFailure", "User"]
