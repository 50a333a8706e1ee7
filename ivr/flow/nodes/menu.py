"""``menu``: a prompt, keys that lead to states, and words that mean a key.

principal:
  menu:
    say: principal                # prompt
    keys: {"2": software}         # key: state
    back: principal               # where * leads; without it * repeats
    repeat: "9"                   # a free key that says the menu again; default: that of the line's 'keys'
    speech: {"2": [software]}     # words that count as a key
    code: {keys: "868", next: fechamento}   # keys that are not announced, for staff: one after the other, all free
    remembered_as: software       # keys of that menu which are pressed here count, for a branch, as pressed there
    accepts: {"1": termo}         # a key that agrees to what the prompt told; kept (see checks/consents.py)
    seconds: 6                    # to wait for a key after the prompt
    no_input: [...]               # growing help, see reprompts.py; default: the line's
    invalid: [...]
    human: assessoria             # when help is used up; default: the line's
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf
from typing import ClassVar

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.keys import LineKeys, read_keys
from ivr.flow.nodes.base import Choice, Defaults, Edge, NeedsDatabase, Node, Shape
from ivr.flow.nodes.question import Question
from ivr.flow.nodes.spoken import Spoken
from ivr.flow.reprompts import read_reprompts
from ivr.flow.routing.requires import CONSENT
from ivr.flow.rules import Fact
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.folding import fold_words
from ivr.source.yaml import Mapping, Text
from value_class import value_class
from wording import message, phrase


@value_class
class Code:
    """Keys that no menu announces, pressed one after the other, and the state that they lead to."""

    keys: str
    next: Text


@value_class
class Menu(Question):
    """A choice made with one key or a few words."""

    kind: ClassVar[str] = "menu"
    shape: ClassVar[Shape] = Shape("[", "]", "box")
    waits: ClassVar[bool] = True
    entry: ClassVar[EntryFormat] = EntryFormat.KEY
    facts: ClassVar[frozenset[Fact]] = frozenset()
    needs_database: ClassVar[NeedsDatabase] = "never"
    chooses: ClassVar[None] = None

    keys: dict[str, Text]
    back: Text | None
    repeat: str | None
    speech: dict[str, tuple[Text, ...]]
    accepts: dict[str, Text]
    human_key: str | None = None
    code: Code | None = None
    remembered_as: Text | None = None

    @classmethod
    def read(cls, name: str, fields: Fields, defaults: Defaults) -> Menu | None:
        """A menu out of its YAML keys, or None where a fault was told."""
        say = fields.text("say", required=True)
        keys = read_keys(fields)
        repeat = _repeat(fields, keys) or defaults.keys.free("repeat", keys)
        back = _back(fields, keys, repeat)
        speech = _speech(fields)
        accepts = _accepts(fields, keys)
        seconds = fields.whole("seconds", defaults.menu_seconds, least=1, most=60)
        reprompts = read_reprompts(fields, defaults.reprompts)
        human = fields.text("human") or defaults.human
        human_key = defaults.keys.free("human", {*keys, *filter(None, [repeat])})
        remembered_as = fields.text("remembered_as")
        taken = {*keys, *filter(None, [repeat, human_key])}
        code = _code(fields, taken)
        fields.finish()
        if not say or not keys:
            return None
        return Menu(
            name, fields.mark, say, seconds, reprompts, human, keys, back, repeat, speech, accepts,
            human_key, code, remembered_as,
        )  # fmt: skip

    @property
    def told_keys(self) -> MappingOf[str, Text]:
        """Those that lead somewhere else."""
        return self.keys

    @property
    def key_words(self) -> MappingOf[str, Sequence[Text]]:
        """Those that mean a key."""
        return self.speech

    @property
    def takes_speech(self) -> bool:
        """Return whether the menu has words for its keys."""
        return bool(self.speech)

    def takes(self, pressed: str) -> bool:
        """Return whether the key ``pressed`` does something here."""
        return pressed in self.keys or pressed in {"*", self.repeat, self.human_key}

    def menu_of(self, pressed: str, states: MappingOf[str, Node]) -> str:
        """The menu in which the key counts: that of ``remembered_as`` where it has the key, else this one."""
        other = states.get(self.remembered_as) if self.remembered_as else None
        return other.name if isinstance(other, Menu) and pressed in other.keys else self.name

    def own_edges(self) -> Iterator[Edge]:
        """Every key, ``*`` and the repeating key, silence, a wrong key, and the human at the end of patience."""
        for pressed, state in self.keys.items():
            agrees = frozenset({CONSENT} if pressed in self.accepts else ())
            chosen = Choice(self.name, pressed)
            yield self.edge(triggers.key(pressed), state, pressed, proves=agrees, remembers=chosen)
        if "*" not in self.keys:
            yield self.edge(triggers.key("*"), self.back or self.name, "*")
        if self.repeat:
            yield self.edge(triggers.key(self.repeat), self.name, self.repeat)
        if self.human_key:
            yield self.edge(triggers.key(self.human_key), self.human, self.human_key)
        if self.code:
            yield self.edge(triggers.CODE, self.code.next, "code")
        yield self.edge(triggers.NO_INPUT, self.name, "silence")
        yield self.edge(triggers.NO_MATCH, self.name, "other key")
        yield self.edge(triggers.MAX_REPROMPTS, self.human, "help used up")

    def spoken(self) -> Iterator[Spoken]:
        """The menu itself and its help."""
        yield self.says(self.say, announces=True)
        for prompt in self.reprompts.prompts():
            yield self.says(prompt, asks=True)

    def announced_keys(self, line_keys: LineKeys) -> dict[str, Mark | None]:
        """Its own; what is the same in every menu is told once a call, by the first one."""
        announced: dict[str, Mark | None] = {pressed: state.mark for pressed, state in self.keys.items()}
        if self.back:
            announced["*"] = self.back.mark
        if self.repeat:
            announced[self.repeat] = self.mark
        if line_keys != LineKeys():
            announced |= dict.fromkeys(filter(None, ("*", line_keys.repeat, self.human_key)))
        return announced


def _repeat(fields: Fields, keys: dict[str, Text]) -> str | None:
    repeat = fields.choice("repeat", triggers.KEYS, default="")
    if repeat and repeat in keys:
        fields.diagnostics.error(
            fields.mark_of("repeat"),
            message(
                "repeating-key-leads-elsewhere",
                "key {key} of {owner} cannot repeat: it leads to '{target}'",
                key=repeat,
                owner=fields.owner,
                target=keys[repeat],
            ),
        )
        return None
    return repeat or None


def _code(fields: Fields, taken: set[str]) -> Code | None:
    written = fields.mapping_of("code")
    if written is None:
        return None
    code = Fields(written, phrase("'code' of {owner}", owner=fields.owner), fields.diagnostics)
    keys, next_ = code.text("keys", required=True), code.text("next", required=True)
    code.finish()
    if not keys or not next_:
        return None
    if not (keys.isascii() and keys.isdigit() and 3 <= len(keys) <= 6):
        fields.diagnostics.error(
            keys.mark,
            message(
                "code-of-keys-malformed",
                "the code of {owner} must have 3 to 6 digits, not '{keys}'",
                owner=fields.owner,
                keys=keys,
            ),
        )
    elif doing := sorted(set(keys) & taken):
        fields.diagnostics.error(
            keys.mark,
            message(
                "code-of-keys-in-use",
                "key {key} of the code does something in {owner}; take free keys",
                key=doing[0],
                owner=fields.owner,
            ),
        )
    else:
        return Code(keys, next_)
    return None


def _back(fields: Fields, keys: dict[str, Text], repeat: str | None) -> Text | None:
    back = fields.text("back")
    if back and ("*" in keys or repeat == "*"):
        other = "repeats" if repeat == "*" else phrase("leads to '{target}'", target=keys["*"])
        fields.diagnostics.error(
            fields.mark_of("back"),
            message(
                "back-never-taken", "'back' of {owner} is never taken: key * {other}", owner=fields.owner, other=other
            ),
        )
    return back


def _speech(fields: Fields) -> dict[str, tuple[Text, ...]]:
    speech: dict[str, tuple[Text, ...]] = {}
    written = fields.mapping_of("speech")
    pressable = fields.mapping.get("keys")
    if not written or not isinstance(pressable, Mapping):
        return speech
    words = Fields(written, phrase("'speech' of {owner}", owner=fields.owner), fields.diagnostics)
    owners: dict[str, str] = {}
    for text, mark, _ in written.items():
        if text not in pressable.entries:
            fields.diagnostics.error(
                mark,
                message(
                    "speech-of-unknown-key",
                    "'speech' of {owner} names key {key}, which leads nowhere",
                    owner=fields.owner,
                    key=text,
                ),
            )
            continue
        aliases = words.texts(text)
        speech[text] = tuple(alias for alias in aliases)
        for alias in aliases:
            heard = fold_words(alias)
            if not heard:
                fields.diagnostics.error(
                    alias.mark,
                    message(
                        "speech-without-a-letter",
                        "key {key} in 'speech' of {owner} has a word without a letter",
                        key=text,
                        owner=fields.owner,
                    ),
                )
                continue
            other = owners.setdefault(heard, text)
            if other != text:
                fields.diagnostics.error(
                    alias.mark,
                    message(
                        "speech-means-two-keys",
                        "'{alias}' already means key {key} in {owner}",
                        alias=alias,
                        key=other,
                        owner=fields.owner,
                    ),
                )
    return speech


def _accepts(fields: Fields, keys: dict[str, Text]) -> dict[str, Text]:
    accepts: dict[str, Text] = {}
    written = fields.mapping_of("accepts")
    for text, mark, term in written.items() if written else ():
        if text not in keys:
            fields.diagnostics.error(
                mark,
                message(
                    "accepts-key-unknown",
                    "'accepts' of {owner} names key {key}, which leads nowhere",
                    owner=fields.owner,
                    key=text,
                ),
            )
        elif isinstance(term, Text) and not term.is_null:
            accepts[text] = term
        else:
            fields.diagnostics.error(
                term.mark,
                message(
                    "accepts-no-prompt",
                    "key {key} in 'accepts' of {owner} must name one prompt",
                    key=text,
                    owner=fields.owner,
                ),
            )
    return accepts
