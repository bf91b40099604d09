"""Verbs about who gets in: `accounts` lists, adds, resets, disables; `verify` walks the journal. No server needed."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from mapsvc.cli.asking import stored
from mapsvc.cli.say import put, say

EXIT_FOUND = 1
"""A check that found something."""


def list_accounts(args: argparse.Namespace) -> int:
    """All accounts, and when each was made."""
    from mapsvc.render.table import as_columns

    services = stored(args)
    try:
        accounts = services.accounts.book.list()
    finally:
        services.close()
    rows: list[tuple[object, ...]] = [
        (
            one.code,
            one.role.value,
            one.name,
            one.post,
            one.department,
            ", ".join(one.grid_codes) or "all",
            _state(one.disabled, one.must_change),
            datetime.fromtimestamp(one.created_at, UTC).date(),
        )
        for one in accounts
    ]
    put(as_columns(("account", "role", "name", "post", "department", "grids", "state", "made"), rows))
    return 0


def _state(disabled: bool, must_change: bool) -> str:
    if disabled:
        return "disabled"
    return "first password" if must_change else "active"


def add(args: argparse.Namespace) -> int:
    """A new account; its one-time password goes to stdout, and is kept nowhere."""
    services = stored(args)
    facts = {
        "role": args.role,
        "name": args.name or args.code,
        "name_zh": args.name_zh,
        "post": args.post,
        "department": args.department,
        "grids": tuple(args.grid or ()),
    }
    try:
        account, password = services.accounts.book.add(args.code, facts, post="cli")
    finally:
        services.close()
    say(f"Added {account.code} ({account.role.value}). Its one-time password, to be changed at the first sign-in:")
    put(password)
    return 0


def reset(args: argparse.Namespace) -> int:
    """A new one-time password; all sessions of the account end, and a wait after wrong tries is over."""
    services = stored(args)
    try:
        account, password = services.accounts.book.reset(args.code, post="cli")
    finally:
        services.close()
    say(f"The one-time password of {account.code}, to be changed at the next sign-in:")
    put(password)
    if account.disabled:
        say(f"{account.code} is disabled: `accounts disable {account.code} --undo` lets it in again.")
    return 0


def disable(args: argparse.Namespace) -> int:
    """Keep an account out, at once and everywhere; or let it in again."""
    services = stored(args)
    try:
        services.accounts.book.change(args.code, {"disabled": not args.undo}, post="cli")
    finally:
        services.close()
    say(f"{args.code} may sign in again." if args.undo else f"{args.code} is disabled; its sessions and keys are over.")
    return 0


def verify(args: argparse.Namespace) -> int:
    """Walk the journal's chain against the heads noted before; exit code 1 where something was changed."""
    from mapsvc.services.accounts.heads import read_head, show_head

    heads = [read_head(args.head)] if args.head else []
    services = stored(args)
    try:
        verdict = services.heads.verify(heads)
        orphans = services.photos.find_orphans()
    finally:
        services.close()
    if orphans:
        say(f"Photos that no incident has, left by a crash and shown to nobody: {len(orphans)}, such as {orphans[0]}.")
    if not verdict.is_whole:
        say(verdict.why)
        put(f"broken at {verdict.broken}")
        return EXIT_FOUND
    say(f"{verdict.links:,} lines of the journal hold, each tied to all before it. Keep this head elsewhere:")
    put(show_head(verdict.head) if verdict.head else "0")
    return 0
