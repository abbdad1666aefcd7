"""What a wrong plan is answered with."""


class PlanError(Exception):
    """The plan cannot be used. `str()` is one line: file, key path, what was found, what is allowed.

    `source` is the file as the user named it; `key` the dotted key path, "" where none applies.
    """

    def __init__(self, source: str, key: str, problem: str) -> None:
        where = f"{source}: {key}" if key else source
        line = " ".join(f"{where}: {problem}".split())
        super().__init__("".join(c if c.isprintable() else "?" for c in line))
        self.source = source
        self.key = key
        self.problem = problem
