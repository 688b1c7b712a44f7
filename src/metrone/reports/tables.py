"""What stands behind FROM where it is no table: the sessions and the interactions, put together from their rows."""

from pathlib import Path
from string import Template

_FOLDER = Path(__file__).parent / "sql"
SESSIONS = Template((_FOLDER / "sessions.sql").read_text())
# The interactions of the project, with their last known values.
INTERACTIONS = Template((_FOLDER / "interactions.sql").read_text()).substitute(
    filters="project_no = {project_no:UInt32}"
)
