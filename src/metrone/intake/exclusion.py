"""The step that leaves out what a project does not want counted. The rules themselves are read in control/excluded."""

from metrone.intake.draft import Draft, Drop

EXCLUDED = Drop("excluded")


def exclude(draft: Draft) -> Drop | None:
    """What the project leaves uncounted goes no further: nothing of it is kept but that it came."""
    rules = draft.sender.exclusions
    if rules is None:
        return None
    is_out = (
        rules.has_address(draft.sender.address)
        or draft.place().country_code in rules.countries
        or rules.has_page(draft.page.host, draft.page.path)
    )
    return EXCLUDED if is_out else None
