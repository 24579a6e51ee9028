"""Where the stack keeps its files."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]

# Where `make up` keeps everything, unless it is told otherwise.
DIRECTORY_VARIABLE = "LEDGERLINK_LOCAL_DIR"


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one local stack; two stacks with two directories do not meet."""

    directory: Path

    @property
    def pids(self) -> Path:
        """One file per background process."""
        return self.directory / "pids"

    @property
    def logs(self) -> Path:
        """One file per background process and per step of the deployment."""
        return self.directory / "logs"

    @property
    def state(self) -> Path:
        """What survives a stop: AWS's and QuickBooks' data."""
        return self.directory / "state"

    @property
    def lambda_runtime(self) -> Path:
        """What the Lambda runtime brings on AWS; the same for all stacks of this repository."""
        return REPOSITORY / ".local" / "lambda-runtime"

    @property
    def stack_file(self) -> Path:
        """URLs and the host API key, for the demo, the tests and people."""
        return self.directory / "stack.json"

    @property
    def deployed_file(self) -> Path:
        """What was deployed last, to skip a deployment of the same."""
        return self.directory / "deployed.json"

    def make(self) -> None:
        """Create the directories, for their owner alone: the state holds secrets."""
        for directory in (self.directory, self.pids, self.logs, self.state):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def layout_of(directory: Path | str | None = None) -> Layout:
    """An argument wins over LEDGERLINK_LOCAL_DIR, that over ``.local`` in the repository."""
    chosen = directory or os.environ.get(DIRECTORY_VARIABLE) or REPOSITORY / ".local"
    return Layout(Path(chosen).resolve())
