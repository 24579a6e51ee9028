"""The account mapping: for each purpose the accounts that fit, what is used now, and what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ledgerlink.domain import rows
from ledgerlink.domain.accounts import account_label, fits, fitting_types
from ledgerlink.domain.connections import Connection
from ledgerlink.domain.pickers import is_active
from ledgerlink.domain.roles import Role
from ledgerlink.domain.rows import Row
from ledgerlink.errors import InvalidRequest
from ledgerlink.pages.settings.forms import Refused, Sent
from ledgerlink.pages.settings.pickers import SHORT, Group, Option, Picker, candidates, meant, picked
from ledgerlink.usecases.settings.change_settings import keeps_stock
from ledgerlink.usecases.settings.read_settings import AccountInUse, How, SettingsInUse

PURPOSES: Mapping[Role, str] = {
    Role.INVENTORY_PURCHASES: "The asset account on which bought stock is valued.",
    Role.COST_OF_GOODS_SOLD: "The expense account of products.",
    Role.SALES_INCOME: "The income account of products: where invoices and shipments go.",
    Role.ADJUSTMENTS: "Where inventory adjustments go: shrinkage.",
    Role.FEES: "Costs of an order that name no account, such as freight.",
    Role.ACCOUNTS_PAYABLE: "What is owed to suppliers.",
    Role.ACCOUNTS_RECEIVABLE: "What customers owe.",
    Role.DEPOSIT_TO: "Where the money of sales receipts goes.",
}


def name_of(role: Role) -> str:
    """The name of its field."""
    return f"accounts.{role.value}"


def pickers(in_use: SettingsInUse, refused: Refused | None) -> dict[str, Picker]:
    """By the name of the field."""
    return {name_of(one.role): _picker(in_use, one, refused) for one in in_use.accounts}


def searched(in_use: SettingsInUse, role: Role) -> Callable[[str], Sequence[Row]]:
    """Finds the accounts that fit and that a text can mean."""
    fitting = _fitting(in_use, role)
    return lambda text: meant(fitting, text, account_label)


def shown_texts(in_use: SettingsInUse) -> dict[str, str]:
    """What stands in the search fields."""
    return {
        f"{name_of(one.role)}.text": one.name or one.account_id or ""
        for one in in_use.accounts
        if one.how is How.CHOSEN
    }


def with_accounts(sent: Sent, read: Callable[[], SettingsInUse]) -> Sent:
    """The form with the ids of the accounts that were typed. Raises InvalidRequest naming all that are not found."""
    typed = [role for role in Role if f"{name_of(role)}.text" in sent.values]
    if not typed:
        return sent
    in_use, values, problems = read(), dict(sent.values), []
    for role in typed:
        try:
            values[name_of(role)] = picked(sent, name_of(role), searched(in_use, role))
        except InvalidRequest as error:
            problems += error.fields
    if problems and in_use.problem:
        tid = in_use.problem.intuit_tid
        raise InvalidRequest("The accounts cannot be looked up now.", hint=in_use.missing[0], intuit_tid=tid)
    if problems:
        raise InvalidRequest(f"'{problems[0]['field']}': {problems[0]['problem']}.", fields=problems)
    return replace(sent, values=values)


def _picker(in_use: SettingsInUse, one: AccountInUse, refused: Refused | None) -> Picker:
    name = name_of(one.role)
    fitting = _fitting(in_use, one.role)
    chosen = one.account_id if one.how is How.CHOSEN else None
    picker = Picker(
        groups=_groups(fitting, chosen, one),
        search=len(fitting) > SHORT,
        text=one.name or one.account_id or "" if chosen else "",
        empty=_if_nothing_is_chosen(one),
        now=_now(one),
        problem=one.problem,
    )
    if refused is None or f"{name}.text" not in refused.sent.values:
        return picker
    found = candidates(refused.sent, name, searched(in_use, one.role), account_label)
    return replace(picker, text=refused.sent.typed(f"{name}.text"), candidates=found)


def _fitting(in_use: SettingsInUse, role: Role) -> list[Row]:
    stock = keeps_stock(in_use.connection, in_use.connection.settings)
    found = [row for row in in_use.chart if is_active(row) and fits(role, row, stock=stock)]
    return sorted(found, key=lambda row: (rows.text(row, "AccountType"), account_label(row).casefold()))


def _groups(fitting: Sequence[Row], chosen: str | None, one: AccountInUse) -> list[Group]:
    groups = [
        Group(kind, [Option(rows.text(row, "Id"), account_label(row)) for row in found])
        for kind, found in groupby(fitting, key=lambda row: rows.text(row, "AccountType"))
    ]
    if chosen and chosen not in {option.value for group in groups for option in group.options}:
        # It stays visible although it could not be chosen again.
        groups.insert(0, Group("Chosen now", [Option(chosen, one.name or f"Account with the id {chosen}")]))
    return groups


def _if_nothing_is_chosen(one: AccountInUse) -> str:
    if one.how is How.AUTOMATIC and one.name:
        return f"Automatic: {one.name}"
    return "Automatic"


def _now(one: AccountInUse) -> str:
    if one.how is How.TO_BE_CREATED:
        return f"There is none yet: “{one.name}” is created when a document first needs it."
    return ""


def fitting_words(connection: Connection, role: Role) -> str:
    """The types of accounts that fit."""
    return fitting_types(role, stock=keeps_stock(connection, connection.settings))
