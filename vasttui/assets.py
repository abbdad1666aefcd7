"""Files that come with the program: inside the installed package, or beside it in a checkout."""

from pathlib import Path
from typing import Literal


def bundled(name: Literal["themes", "sample_runs"]) -> Path:
    """The folder `name`. Raises FileNotFoundError with one line when the installation lacks it."""
    package = Path(__file__).parent
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"{package / name} is missing: the installation is incomplete; install vasttui again"
    )
