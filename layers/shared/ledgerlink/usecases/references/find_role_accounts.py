"""Find the accounts that documents need by their role: accounts payable, sales income."""

from collections.abc import Collection, Mapping
from typing import Protocol

from ledgerlink.domain.resolution import Resolution
from ledgerlink.domain.roles import Role
from ledgerlink.errors import SyncError


class RoleAccounts(Protocol):
    """The account mapping."""

    def accounts_for(self, roles: Collection[Role], currency: str | None) -> Mapping[Role, str]:
        """Raises OutOfSync, MissingConfiguration, AccountCreationFailed."""


def find_role_accounts(
    accounts: RoleAccounts, resolution: Resolution, roles: Collection[Role], currency: str | None
) -> None:
    """Each role is asked for once; one that cannot be had fails what needs it, and no other."""
    for role in sorted(roles):
        wanted = (role, currency)
        if wanted in resolution.accounts or wanted in resolution.account_errors:
            continue
        try:
            if account := accounts.accounts_for([role], currency).get(role):
                resolution.accounts[wanted] = account
        except SyncError as error:
            resolution.account_errors[wanted] = error
