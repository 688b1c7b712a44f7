"""ROLES: what a member of an organisation may do. A table and one question of it."""

from typing import Literal, get_args

from metrone.control.errors import Invalid

Role = Literal["owner", "admin", "editor", "viewer"]
Deed = Literal["read", "edit", "manage", "own"]
ROLES: tuple[Role, ...] = get_args(Role)

# read: the numbers. edit: what a project is set to. manage: projects, members, invitations, the audit log. own: owners.
DEEDS: dict[Role, frozenset[Deed]] = {
    "owner": frozenset({"read", "edit", "manage", "own"}),
    "admin": frozenset({"read", "edit", "manage"}),
    "editor": frozenset({"read", "edit"}),
    "viewer": frozenset({"read"}),
}


def may(role: Role, deed: Deed) -> bool:
    """Whether a member of this role may do that."""
    return deed in DEEDS[role]


def check_role(text: str) -> Role:
    """The role of this name. Raises Invalid."""
    for role in ROLES:
        if role == text:
            return role
    raise Invalid("role", f"A role is one of {', '.join(ROLES)}.")
