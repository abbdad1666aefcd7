"""`python -m tests.pictures [NAME…]`: write the pictures (all, or those named) into docs/pictures.

`python -m tests.pictures baselines` writes those that tests compare.
"""

import asyncio
import sys

from tests.pictures import baselines
from tests.pictures.scenes import FOLDER, SCENES, draw, in_utc


def main(names: list[str]) -> int:
    """Write; returns the exit code."""
    if names == ["baselines"]:
        baselines.FOLDER.mkdir(exist_ok=True)
        with in_utc():
            for baseline in baselines.BASELINES:
                baseline.path.write_text(asyncio.run(baselines.picture(baseline)))
        return 0
    unknown = set(names) - {scene.name for scene in SCENES}
    if unknown:
        print(f"no picture called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if not names or scene.name in names:
            scene.path.write_text(draw(scene))
            print(scene.path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
