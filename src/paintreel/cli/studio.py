"""`paintreel studio`: serve the web app for a team, and look after it."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from paintreel.cli.terminal import say, show
from paintreel.errors import InputError, MissingExtra
from paintreel.options import Options, argument, option
from paintreel.visible import visible

if TYPE_CHECKING:
    from paintreel.studio.serving import WebPlace
    from paintreel.studio.settings import StudioSettings
    from paintreel.studio.store.database import Store

_GB = 10**9
_NEEDS_FILE = ("backup", "restore")
_KINDS: tuple[Literal["web", "workers"], ...] = ("web", "workers")


@dataclass(frozen=True, kw_only=True)
class StudioOptions(Options):
    """Where the studio listens, where its data lies, how much is allowed."""

    EXAMPLE = "paintreel studio --data studio"
    EPILOG = """\
The first start prints a link that makes the admin's account; 'paintreel studio link' prints another
one while there is no account. 'backup FILE.tar' writes all rows and files of one moment, 'restore
FILE.tar' brings them into an empty studio, of another database too. 'migrate' brings the tables up
to date, which every start does by itself. 'clean' removes now what is too old.
"""

    action: Literal["serve", "link", "backup", "restore", "migrate", "clean"] = argument(
        "ACTION",
        "serve (what is done without one), link, backup, restore, migrate or clean",
        default="serve",
    )
    file: Path | None = argument("FILE", "archive of backup and restore", default=None)
    data: Path = option(
        Path("paintreel-studio"), "folder of uploads, results and the database", metavar="DIR"
    )
    database: str = option(
        "",
        "another database: postgresql://USER@HOST/NAME (default: SQLite in --data; better in the "
        "variable PAINTREEL_STUDIO_DATABASE, as others see command lines)",
        metavar="URL",
    )
    host: str = option("127.0.0.1", "address to listen on", group="web", metavar="ADDRESS")
    port: int = option(8321, "port to listen on", group="web", low=1, high=65535, metavar="N")
    address: str | None = option(
        None,
        "what users type, such as https://studio.example.org; with https cookies go over TLS alone",
        group="web",
        metavar="URL",
    )
    proxies: str = option(
        "127.0.0.1",
        "addresses of proxies whose forwarded headers are believed, with commas",
        group="web",
        metavar="LIST",
    )
    certificate: Path | None = option(
        None, "TLS certificate with its chain, PEM", group="web", metavar="FILE"
    )
    key: Path | None = option(None, "key of the certificate, PEM", group="web", metavar="FILE")
    role: Literal["all", "web", "workers"] = option(
        "all", "which processes are started here", group="workers"
    )
    workers: int = option(1, "jobs at once", group="workers", low=1, high=64, metavar="N")
    executor: Literal["processes", "ray"] = option(
        "processes",
        "where jobs run: processes of this machine, or nodes of a Ray cluster that see --data too",
        group="workers",
    )
    ray: str | None = option(
        None,
        "with --executor ray: HOST:PORT of the head, auto, or ray://HOST:10001",
        group="workers",
        metavar="ADDRESS",
    )
    job_memory: float = option(
        6.0, "memory of one job", group="workers", low=0.5, high=1024, metavar="GB"
    )
    job_hours: float = option(
        6.0, "longest time of a job", group="workers", low=0.01, high=1000, metavar="H"
    )
    training_hours: float = option(
        24.0, "longest time of a training", group="workers", low=0.01, high=10000, metavar="H"
    )
    max_upload: float = option(
        4.0, "largest upload", group="storage", low=0.001, high=1000, metavar="GB"
    )
    quota: float = option(
        50.0,
        "room of a user without a quota of their own",
        group="storage",
        low=0.001,
        metavar="GB",
    )
    keep_days: int = option(
        0,
        "remove jobs and uploads that were not used for so many days; 0 keeps them",
        group="storage",
        low=0,
        high=36500,
        metavar="N",
    )
    overwrite: bool = option(False, "let backup replace FILE", group="storage")
    user: str | None = option(
        None, "of link: whose forgotten password it sets anew", group="storage", metavar="NAME"
    )

    @property
    def quiet(self) -> bool:
        """Whether no sign of life is given: a server has a log."""
        return True

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.file is not None) != (self.action in _NEEDS_FILE):
            raise InputError(
                "backup and restore take a FILE, such as studio.tar; nothing else does"
            )
        if (self.executor == "ray") != (self.ray is not None):
            raise InputError("--executor ray and --ray ADDRESS go together")
        if (self.certificate is None) != (self.key is None):
            raise InputError("--certificate and --key go together")


def run(options: StudioOptions) -> int:
    """Do what is asked. Returns the exit code."""
    _check_system(sys.platform)
    try:
        from paintreel.studio import serving
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("paintreel"):
            raise
        raise MissingExtra("the studio", "studio") from None
    os.umask(0o077)  # what is made is for this account of the system alone, its children's too
    settings = _settings(options)
    settings.make_folders()
    if options.action != "serve":
        store = None if options.action == "restore" else serving.ready_store(settings)
        return _ACTIONS[options.action](options, settings, store)
    if options.role == "web":
        serving.run_web(settings, _place(options))
        return 0
    if options.role == "workers":
        serving.run_manager(settings)
        return 0
    serving.lock_place(settings).close()  # told now, and not by workers that end again and again
    store = serving.ready_store(settings)
    (settings.data / _ADDRESS).write_text(settings.address, "utf-8")
    show(f"the studio is at {settings.address}")
    _warn_of_public(options)
    _print_link(settings, store)
    store.close()
    serving.supervise({role: _command(options, role) for role in _KINDS})
    return 0


def _check_system(system: str) -> None:
    """Raise InputError where processes and files cannot be limited and locked as jobs need it."""
    if system == "win32":
        raise InputError(
            "the studio runs on Linux and macOS; on Windows start it in WSL or in its container "
            "(containers/studio). Its pages open in any browser"
        )


def _settings(options: StudioOptions) -> StudioSettings:
    from paintreel.studio.settings import StudioSettings

    scheme = "https" if options.certificate is not None else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    address = options.address or f"{scheme}://{host}:{options.port}"
    return StudioSettings(
        data=options.data.absolute(),
        database=options.database,
        workers=options.workers,
        executor=options.executor,
        ray=options.ray or "",
        max_upload_bytes=round(options.max_upload * _GB),
        quota_bytes=round(options.quota * _GB),
        keep_days=options.keep_days,
        memory_bytes=round(options.job_memory * _GB),
        job_s=options.job_hours * 3600,
        training_s=options.training_hours * 3600,
        is_secure=address.startswith("https://"),
        address=address.rstrip("/"),
    )


def _place(options: StudioOptions) -> WebPlace:
    from paintreel.studio.serving import WebPlace

    return WebPlace(options.host, options.port, options.proxies, options.certificate, options.key)


def _command(options: StudioOptions, role: Literal["web", "workers"]) -> list[str]:
    from paintreel.jobs.training import training_command

    return training_command("studio", dataclasses.replace(options, role=role))


def _warn_of_public(options: StudioOptions) -> None:
    try:
        is_near = ipaddress.ip_address(options.host).is_loopback
    except ValueError:
        is_near = options.host == "localhost"
    is_encrypted = (options.address or "").startswith("https://") or options.certificate is not None
    if not is_near and not is_encrypted:
        say(
            f"warning: {options.host} is open to the network, and nothing is encrypted: passwords "
            "can be read on the way. Give --certificate and --key, or listen on 127.0.0.1 behind a "
            "proxy with TLS and give --address https://..."
        )


def _print_link(settings: StudioSettings, store: Store) -> None:
    from paintreel.studio.accounts.invitations import first_link

    secret = first_link(store, lasts_s=settings.invitation_s)
    if secret is not None:
        show("there is no account yet; this link makes the admin's, once:")
        show(f"  {settings.address}/join/{secret}")


# Looking after it.


def _link(options: StudioOptions, settings: StudioSettings, store: Store | None) -> int:
    from paintreel.studio.accounts.invitations import first_link

    assert store is not None
    if options.user is not None:
        secret: str | None = _new_password(options.user, settings, store)
    else:
        secret = first_link(store, lasts_s=settings.invitation_s)
    if secret is None:
        raise InputError(
            "there are accounts; an admin makes invitations on the page Admin. --user NAME makes a "
            "link that sets a forgotten password anew"
        )
    served = settings.data / _ADDRESS
    is_told = options.address is not None or not served.is_file()
    address = settings.address if is_told else served.read_text("utf-8")
    show(f"{address}/join/{secret}")
    say("it works once; links for the same that were made before are void")
    return 0


def _new_password(name: str, settings: StudioSettings, store: Store) -> str:
    """The secret of a link that sets a password, as whoever has the machine may make it."""
    from paintreel.studio.accounts.invitations import invite
    from paintreel.studio.accounts.users import find_user

    with store.reading() as c:
        user = find_user(c, name)
    if user is None:
        raise InputError(f"there is no account {visible(name)}")
    return invite(store, role=user.role, reset=user, lasts_s=settings.invitation_s)


_ADDRESS = "address"
"""File in the folder of data that says where the studio was last served."""


def _backup(options: StudioOptions, settings: StudioSettings, store: Store | None) -> int:
    from paintreel.studio.backup import back_up

    assert store is not None
    assert options.file is not None
    count = back_up(store, settings, options.file, overwrite=options.overwrite)
    show(f"{options.file}: all rows and {count} files")
    return 0


def _restore(options: StudioOptions, settings: StudioSettings, store: Store | None) -> int:
    from paintreel.studio.backup import restore
    from paintreel.studio.store.database import open_store

    assert options.file is not None
    came = restore(open_store(settings), settings, options.file)
    show(f"restored, with {came.files} files")
    if came.lacking:
        some = ", ".join(visible(name) for name in came.lacking[:5])
        say(f"warning: the archive lacks {len(came.lacking)} files that it should hold: {some} ...")
    return 0


def _migrate(options: StudioOptions, settings: StudioSettings, store: Store | None) -> int:
    from paintreel.studio.store.migrate import version_of

    assert store is not None  # which was brought up to date as it was opened
    show(f"the tables are of version {version_of(store)}")
    return 0


def _clean(options: StudioOptions, settings: StudioSettings, store: Store | None) -> int:
    from paintreel.studio.manager.housekeeping import keep_house

    assert store is not None
    show(f"{keep_house(store, settings)} removed")
    return 0


_ACTIONS: Mapping[str, Callable[[StudioOptions, StudioSettings, Store | None], int]] = {
    "link": _link,
    "backup": _backup,
    "restore": _restore,
    "migrate": _migrate,
    "clean": _clean,
}
