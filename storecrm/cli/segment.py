"""segment: members picked by rules."""

import argparse
from pathlib import Path
from typing import Any

from storecrm.cli.arguments import noun, writes
from storecrm.cli.context import CommandContext
from storecrm.cli.json_form.values import facts
from storecrm.services.analytics import segments
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.exports import segment_members
from storecrm.wording import insight


def commands(top: Any) -> None:
    """Register the commands of this noun."""
    verbs = noun(top, "segment", "members picked by rules")
    verbs.add_parser("list").set_defaults(go=_list)
    for verb, act in (("count", _count), ("show", _show), ("remove", _remove), ("sizes", _sizes)):
        named = verbs.add_parser(verb)
        named.add_argument("code")
        named.set_defaults(go=act)
    _export_command(verbs)
    create = verbs.add_parser("create", help="a rule from a TOML file: code, name, [rule]")
    create.add_argument("--file", required=True, type=Path)
    create.add_argument("--replace", action="store_true")
    create.set_defaults(go=_create)
    stays = "keep the members that a segment has now as a list that stays"
    keep = verbs.add_parser("keep", help=stays)
    keep.add_argument("code", help="the new list's code")
    keep.add_argument("--of", required=True)
    keep.add_argument("--name", default="")
    keep.set_defaults(go=_keep)
    both = verbs.add_parser("compare")
    both.add_argument("first")
    both.add_argument("second")
    both.set_defaults(go=_compare)


def _export_command(verbs: Any) -> None:
    export = verbs.add_parser("export")
    export.add_argument("code")
    export.add_argument("file", type=Path)
    article = "with the article to name in a message"
    export.add_argument("--recommended", action="store_true", help=article)
    writes(export)
    export.set_defaults(go=_export)


def _view(here: CommandContext, view: SegmentView) -> dict[str, Any]:
    name = insight.name_of(view.code, view.name, here.words)
    sentence = insight.rule(view.rule, here.words)
    rule = {"code": view.code, "name": name, "rule": view.rule, "sentence": sentence}
    return rule | facts(view, ("fixed", "built_in"))


def _list(here: CommandContext, _: argparse.Namespace) -> dict[str, Any]:
    found = segments.listed(here.open)
    codes = tuple(view.code for view in found)
    # all sizes at once: each by itself would read the receipts again
    sizes = segments.counts(here.open, codes=codes)
    told = [_view(here, view) | {"members": sizes[view.code]} for view in found]
    return {"ok": True, "segments": told}


def _count(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return {"ok": True, "code": o.code, "members": segments.count(here.open, code=o.code)}


def _with_size(here: CommandContext, view: SegmentView) -> dict[str, Any]:
    members = segments.count(here.open, code=view.code)
    return {"ok": True, **_view(here, view), "members": members}


def _show(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    return _with_size(here, segments.show(here.open, code=o.code))


def _remove(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    segments.remove(here.open, code=o.code)
    return {"ok": True, "code": o.code}


def _sizes(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    # a segment that there is not is refused
    segments.show(here.open, code=o.code)
    found = segments.sizes(here.open, code=o.code)
    sizes = [{"date": day.isoformat(), "members": members} for day, members in found]
    return {"ok": True, "sizes": sizes}


def _export(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    count = segment_members.export_segment(
        here.open,
        code=o.code,
        file=o.file,
        words=here.words,
        recommended=o.recommended,
        overwrite=o.overwrite,
    )
    return {"ok": True, "file": str(o.file), "members": count}


def _create(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    said = segments.from_file(o.file)
    # a segment of the same code is an error unless --replace is said
    made = segments.create(here.open, **said, replace=o.replace)
    return _with_size(here, made)


def _keep(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    kept = segments.keep_list(here.open, code=o.code, of=o.of, name=o.name)
    return {"ok": True} | _view(here, kept)


def _compare(here: CommandContext, o: argparse.Namespace) -> dict[str, Any]:
    found = segments.compare(here.open, first=o.first, second=o.second)
    return {"ok": True} | facts(found, ("only_first", "both", "only_second"))
