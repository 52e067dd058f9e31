"""`python -m paintreel.studio.worker FOLDER`: run one job. Only managers call it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from paintreel.studio.forms.values import JobFolder
from paintreel.studio.worker.confine import confine_to, limit_process, readable_places
from paintreel.studio.worker.running import JobSpec, run_job
from paintreel.studio.worker.telling import Teller, end_with_manager

MEMORY_VARIABLE, FILE_VARIABLE = "PAINTREEL_JOB_MEMORY", "PAINTREEL_JOB_FILE"
REPORT_VARIABLE, CONFINED_VARIABLE = "PAINTREEL_JOB_REPORT", "PAINTREEL_JOB_CONFINED"


def main(arguments: list[str]) -> None:
    """Run the job of a folder."""
    folder = JobFolder(Path(arguments[0]).resolve())
    teller = Teller(int(os.environ[REPORT_VARIABLE]))
    end_with_manager()
    os.chdir(folder.root)
    limit_process(
        memory_bytes=int(os.environ[MEMORY_VARIABLE]), file_bytes=int(os.environ[FILE_VARIABLE])
    )
    models = [Path(p) for p in os.environ.get("PAINTREEL_MODELS", "").split(os.pathsep) if p]
    is_confined = confine_to(folder.root, readable_places(models))
    if not is_confined and os.environ.get(CONFINED_VARIABLE) == "needed":
        teller.tell("ended", status="failed", error="this kernel has no Landlock", files=[])
        return
    teller.live()
    run_job(JobSpec.load(folder.root / "spec.json"), folder, teller)


if __name__ == "__main__":
    main(sys.argv[1:])
