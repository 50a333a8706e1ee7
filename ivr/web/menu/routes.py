"""``/menu/<line>`` shows a line's draft beside what is published: it is edited there, tried by calls, and published."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from data.drafts import DraftChangedError
from data.roles import Act
from ivr.call.drafts import Conflict, DraftConflictError, FileEdit, LineDrafts
from ivr.call.publishing import Publisher, Publishing, saved_meanwhile
from ivr.call.version_words import who_of, why_of
from ivr.errors import TargetError
from ivr.flow.diff import changes
from ivr.flow.folder import MENU
from ivr.web.audio import HEADERS
from ivr.web.first_line import to_first_line
from ivr.web.guard import audited_as, guard, required, visitor
from ivr.web.map.drawings import Drawings, helpers
from ivr.web.menu.calls import calls_beside_each_other
from ivr.web.menu.gate_runs import Compared, GateRuns
from ivr.web.menu.publishing import publish_draft
from ivr.web.menu.read_lines import LineAsItStands, LinesAsTheyStand
from ivr.web.menu.words import kind_of_file
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from wording import Message, reason
from wording.catalogues import put

if TYPE_CHECKING:
    from ivr.call.lines import Lines

P = ParamSpec("P")

SHOWN_VERSIONS: Final = 20

SOUND: Final = {**HEADERS, "Cache-Control": "private, max-age=3600"}
"""A recording of a draft is for who may look, not for every cache on the way."""


def menu_pages(
    lines: Callable[[], Lines],
    drafts: LineDrafts,
    reading: LinesAsTheyStand,
    publishing: Publishing,
    runs: GateRuns,
    *,
    follows: bool,
) -> Blueprint:
    """Return the blueprint of the menus of ``lines``. ``follows`` says that callers of this server hear the folder as
    it is saved, and not what is published.
    """
    web = Blueprint("menu", __name__, template_folder=".")
    drawings = Drawings()

    def told(view: Callable[P, BaseResponse]) -> Callable[P, BaseResponse]:
        """Have what cannot be done told on a page."""

        @wraps(view)
        def shown(*given: P.args, **named: P.kwargs) -> BaseResponse:
            try:
                return view(*given, **named)
            except TargetError as error:
                return refused(said(reason(error)), 409 if request.method == "POST" else 404)
            except DraftChangedError:
                return refused(said(saved_meanwhile(str(named["name"]))), 409)

        return shown

    def refused(text: str, status: int) -> Response:
        # Back to the line, where there is one: a person of two lines is not sent to the other.
        name = (request.view_args or {}).get("name", "")
        answer = page("menu_refused.html", told=text, name=name if reading.knows(name) else "")
        answer.status_code = status
        return answer

    def menu(name: str, **more: object) -> Response:
        stands = reading.of(name)
        draft = stands.judged.line if stands.opened.draft else None
        changed = [*changes(stands.published, draft)] if stands.published and draft else []
        compared, since = _compared(stands), _day(request.args.get("since", ""))
        return page(
            "menu.html",
            names=[engine.line.name for engine in lines()],
            name=name,
            stands=stands,
            files=_files(stands),
            edited=drafts.changed(stands.opened),
            changes=[said(each.sentence) for each in changed],
            lit=sorted({each.name for each in changed if each.part == "state"}),
            places={state: node.mark.line for state, node in draft.states.items()} if draft else {},
            drawing=drawings.of(draft, language()) if draft else None,
            run=runs.find(compared),
            gate=calls_beside_each_other(runs.find(compared), stands),
            runs=runs,
            since=since,
            whatif=runs.find(compared._replace(since=since)) if since else None,
            history=publishing.history(name)[:SHOWN_VERSIONS],
            follows=follows,
            said=said,
            who_of=who_of,
            why_of=why_of,
            telephones=stands.published.header.drafts if stands.published else (),
            **(helpers(draft) if draft else {}),
            **more,
        )

    def editor(
        name: str, path: str, text: str, opened: str | None, *, conflict: Conflict | None = None, status: int = 200
    ) -> Response:
        stands = reading.of(name)
        wrong = [*stands.judged.faults, *stands.script_faults]
        faults = [*wrong, *stands.judged.warnings]
        theirs = drafts.text(stands.opened, path) if conflict and conflict.sha256 else ""
        answer = page(
            "menu_file.html",
            name=name,
            path=path,
            text=text,
            opened=opened or "",
            stands=stands,
            faults=[(fault, fault.put(said), fault in wrong) for fault in faults],
            conflict=conflict,
            difference="\n".join(
                difflib.unified_diff(theirs.splitlines(), text.splitlines(), "-", "+", lineterm="", n=2)
            ),
            is_new=opened is None,
        )
        answer.status_code = status
        return answer

    @web.get("/menu")
    @required(Act.LOOK)
    def first() -> BaseResponse:
        return to_first_line("/menu", lines())

    @web.get("/menu/<name>")
    @required(Act.LOOK)
    @told
    def whole(name: str) -> BaseResponse:
        if not reading.knows(name) and name in {engine.line.name for engine in lines()}:
            # Callers of a server that follows a folder may hear a line of which nothing was ever published.
            return page("menu_unpublished.html", name=name, follows=follows)
        return menu(name)

    @web.get("/menu/<name>/files/<path:path>")
    @required(Act.LOOK)
    @told
    def open_file(name: str, path: str) -> BaseResponse:
        stands = drafts.opened(name)
        file = stands.files.get(path)
        if file is None and "new" in request.args:
            return editor(name, path, "", None)
        return editor(name, path, drafts.text(stands, path), file.sha256 if file else None)

    @web.get("/menu/<name>/new")
    @required(Act.EDIT_MENU)
    @told
    def new_file(name: str) -> BaseResponse:
        path = request.args.get("path", "").strip()
        return redirect(f"/menu/{quote(name)}/files/{quote(path or 'calls/nova.call.yaml')}?new", 303)

    @web.post("/menu/<name>/files/<path:path>")
    @required(Act.EDIT_MENU)
    @told
    def save(name: str, path: str) -> BaseResponse:
        audited_as(f"{name} {path}")
        opened = request.form.get("opened") or None
        who, text = visitor().name, request.form.get("text", "")
        if path.endswith(".wav"):
            return refused(_("Recordings come with 'ivr draft push'."), 409)
        try:
            if "delete" in request.form:
                drafts.save(name, [FileEdit(path, opened, None)], who)
                return redirect(f"/menu/{quote(name)}", 303)
            drafts.save_text(name, path, opened, text, who)
        except DraftConflictError as error:
            found = error.conflicts[0]
            return editor(name, path, text, found.sha256, conflict=found, status=409)
        return redirect(f"/menu/{quote(name)}/files/{quote(path)}?saved", 303)

    @web.post("/menu/<name>/update")
    @required(Act.EDIT_MENU)
    @told
    def update(name: str) -> BaseResponse:
        audited_as(name)
        drafts.update(name, visitor().name)
        return redirect(f"/menu/{quote(name)}", 303)

    @web.post("/menu/<name>/drop")
    @required(Act.EDIT_MENU, audited=False)
    @told
    def drop(name: str) -> BaseResponse:
        drafts.drop(name, visitor().name, source())
        # Of a line that was never published nothing is left to be shown.
        return redirect(f"/menu/{quote(name)}" if reading.knows(name) else "/menu", 303)

    @web.post("/menu/<name>/gate")
    @required(Act.EDIT_MENU, audited=False)
    @told
    def judge(name: str) -> BaseResponse:
        stands = reading.of(name)
        if not stands.can_be_played:
            return refused(_("Calls are played when there is a draft without faults, and something published."), 409)
        if runs.start(_compared(stands), language()) is None:
            return refused(_("Calls of another draft are being played now. Try again in a minute."), 409)
        return redirect(f"/menu/{quote(name)}#gate", 303)

    @web.post("/menu/<name>/whatif")
    @required(Act.EDIT_MENU, audited=False)
    @told
    def play_again(name: str) -> BaseResponse:
        stands, since = reading.of(name), _day(request.form.get("since", ""))
        if not since:
            return refused(_("Name the day since when calls are played again, such as 2026-11-01."), 400)
        if not stands.opened.draft or not stands.judged.is_sound or not stands.publication:
            return refused(_("Calls are played when there is a draft without faults, and something published."), 409)
        if runs.start(_compared(stands)._replace(since=since), language()) is None:
            return refused(_("Calls of another draft are being played now. Try again in a minute."), 409)
        return redirect(f"/menu/{quote(name)}?since={since}#whatif", 303)

    @web.get("/menu/<name>/gate")
    @required(Act.LOOK)
    @told
    def gate_state(name: str) -> BaseResponse:
        since = _day(request.args.get("since", ""))
        run = runs.find(_compared(reading.of(name))._replace(since=since))
        return jsonify(over=run is None or run.is_over)

    @web.post("/menu/<name>/publish")
    @required(Act.PUBLISH, audited=False)
    @told
    def publish(name: str) -> BaseResponse:
        stands, form = reading.of(name), request.form
        why, emergency = " ".join(form.get("why", "").split()), "emergency" in form
        if not why:
            return refused(_("Say what changes, and why: it stands in the history for who reads it later."), 400)
        run = runs.find(_compared(stands))
        if stands.publication and not emergency:
            if run is None or not run.told:
                return refused(_("Play the calls first: they tell what your edit changes."), 409)
            if run.needs_accept and "accept" not in form:
                return refused(_("Calls change. Read how, and tick that you accept it."), 409)
        about = f": {run.told['changed']} of {run.told['played']} calls changed" if run and run.needs_accept else ""
        about = f": {why}" if emergency else about
        number = publish_draft(publishing, drafts, stands, why, publisher(), emergency=emergency, about=about)
        return redirect(f"/menu/{quote(name)}?published={number}", 303)

    @web.post("/menu/<name>/rollback")
    @required(Act.PUBLISH, audited=False)
    @told
    def roll_back(name: str) -> BaseResponse:
        number = request.form.get("number", type=int) or 0
        publishing.roll_back(name, number, request.form.get("why", ""), publisher())
        return redirect(f"/menu/{quote(name)}?published={number}", 303)

    @web.get("/menu/<name>/audio/<sound>.wav")
    @required(Act.LOOK)
    @told
    def recording(name: str, sound: str) -> BaseResponse:
        clip = reading.of(name).clip(sound)
        if clip is None:
            return Response("There is no such recording.\n", 404, mimetype="text/plain")
        return Response(clip.sound, 200, SOUND, content_type="audio/wav")

    return web


def said(text: str) -> str:
    """Return a message of the line's tools in the language of the request."""
    return put(text, language()) if isinstance(text, Message) else text


def source() -> str:
    """Return from which address a request came, for the audit."""
    return guard().address.source(request.environ)


def publisher() -> Publisher:
    """Return who asks to publish, as the audit names them."""
    return Publisher(visitor().name, source())


def _day(written: str) -> str:
    """The day that was written, as 2026-11-01; empty where it is none."""
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return ""


def _compared(stands: LineAsItStands) -> Compared:
    return Compared(stands.opened.line, stands.opened.draft.id if stands.opened.draft else 0, stands.opened.published)


def _files(stands: LineAsItStands) -> list[tuple[str, str]]:
    """The files that are edited as text, the line's own first, each with what it is."""
    paths = [path for path in stands.opened.files if not path.endswith(".wav")]
    order = sorted(paths, key=lambda path: (path != MENU, "/" in path, path))
    return [(path, kind_of_file(path)) for path in order]
