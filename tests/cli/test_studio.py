"""The command `studio`: what it says before it serves."""

from __future__ import annotations

import dataclasses

import pytest

from paintreel.cli.studio import StudioOptions, _check_system, _warn_of_public
from paintreel.errors import InputError


@pytest.mark.parametrize(
    ("values", "warns"),
    [
        ({}, False),
        ({"host": "localhost"}, False),
        ({"host": "::1"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "::"}, True),
        ({"host": "studio.example.org"}, True),
        ({"host": "0.0.0.0", "address": "http://studio.example.org"}, True),
        ({"host": "0.0.0.0", "address": "https://studio.example.org"}, False),
        ({"host": "0.0.0.0", "certificate": "c.pem", "key": "k.pem"}, False),
    ],
)
def test_an_open_door_without_tls_is_warned_of(values, warns, capsys):
    _warn_of_public(dataclasses.replace(StudioOptions(), **values))
    assert ("passwords" in capsys.readouterr().err) is warns


def test_certificate_and_key_go_together():
    with pytest.raises(InputError, match="together"):
        StudioOptions(certificate="c.pem")


@pytest.mark.parametrize(("action", "file"), [("backup", None), ("serve", "x.tar")])
def test_a_file_is_of_backup_and_restore(action, file):
    with pytest.raises(InputError, match="FILE"):
        StudioOptions(action=action, file=file)


def test_windows_is_told_where_it_runs():
    _check_system("linux")
    _check_system("darwin")
    with pytest.raises(InputError, match="WSL"):
        _check_system("win32")
