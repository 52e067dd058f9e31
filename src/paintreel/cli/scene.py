"""`paintreel scene`: paint backgrounds from a rough, or from a word and a seed."""

from __future__ import annotations

import argparse
import sys

from paintreel.cli import option_types
from paintreel.errors import PaintreelError

EPILOG = """\
With --category alone a scene is drawn and painted for each seed: OUT is a file for one, a folder
for --count (fantasy-forest-0007.png ...). With --rough, --sketch or both your own start is
finished; folders of them go into the folder OUT, matched by name, tree kept, and what is there
already is skipped.
Exit code: 0 all painted, 1 some failed (each is named), 2 bad usage, 130 interrupted.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel scene`."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    word = parser.add_argument_group("from a word")
    word.add_argument("--category", metavar="NAME", help="what is painted: 'fantasy forest', ...")
    word.add_argument("--seed", type=int, metavar="N", help="0 to 4294967295 (default 0)")
    word.add_argument("--count", type=int, metavar="N", help="paint seeds SEED to SEED+N-1")
    word.add_argument("--layers", action="store_true", help="write the layers beside, as RGBA PNG")
    own = parser.add_argument_group("from your own start")
    own.add_argument("--rough", metavar="PICTURE", help="colour block-in, or a folder of them")
    own.add_argument("--sketch", metavar="PICTURE", help="lines, or a folder of them")
    own.add_argument("--resize", action="store_true", help="fit a sketch of another size")
    look = parser.add_argument_group("painting")
    look.add_argument(
        "--method",
        default="mffcn",
        help="mffcn, cdlm, osdlm, pix2pixhd, grbm, svmm or a model file (default mffcn)",
    )
    look.add_argument("--strength", type=float, default=1.0, help="0 rough .. 1 finished")
    look.add_argument(
        "--size", type=option_types.size, metavar="WxH", help="paint at this size in pixels"
    )
    files = parser.add_argument_group("files")
    files.add_argument("-o", "--output", metavar="OUT", required=True, help="file, or folder")
    files.add_argument("--sheet", action="store_true", help="write a contact sheet beside OUT")
    files.add_argument("--overwrite", action="store_true", help="replace what is there")
    files.add_argument(
        "--max-pixels", type=option_types.count, metavar="N", help="largest picture accepted"
    )
    files.add_argument("-q", "--quiet", action="store_true", help="print failures only")
    machine = parser.add_argument_group("machine")
    machine.add_argument("--tile", type=option_types.tile, default="auto", metavar="auto|off|PX")
    machine.add_argument(
        "--backend", default="auto", choices=("auto", "onnxruntime", "openvino"), help="runtime"
    )
    machine.add_argument(
        "--threads", type=option_types.count, metavar="N", help="threads of the network"
    )


def run(args: argparse.Namespace) -> int:
    """Plan, paint, report. Returns the exit code."""
    from paintreel.cli.pictures import run_tasks
    from paintreel.cli.scene_plan import check_usage, plan_roughs, plan_seeds, write_sheet
    from paintreel.scene.methods import open_method

    try:
        category = check_usage(args)
        method = open_method(
            args.method, backend=args.backend, threads=args.threads, tile=args.tile
        )
        plan = plan_seeds if args.rough is None and args.sketch is None else plan_roughs
        planned = plan(args, category, method)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 2
    tasks = [one.task for one in planned]
    code = run_tasks(tasks, overwrite=args.overwrite, quiet=args.quiet)
    if args.sheet:
        sheet = write_sheet(args.output, planned)
        if sheet is not None and not args.quiet:
            print(sheet)
    return code
