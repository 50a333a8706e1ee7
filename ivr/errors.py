"""Every exception that this project raises, with where it stands and what comes of it.

Told to the person who made the mistake: one line (or one a fault) on standard error, and the command ends with 2. ::

    IvrError                      ivr.errors      the text is the line
    ├── FlowError                 ivr.errors      a menu has faults: file, line and column of each
    ├── ScriptError               ivr.errors      a call script has faults: file, line and column of each
    ├── SeedError                 ivr.errors      a seed of the simulated account has faults: file, line, column
    ├── SettingsError             ivr.errors      the environment lacks something, or holds something wrong
    ├── SheetError                ivr.studio.prompt_sheet  a sheet of prompts holds what the line cannot take
    ├── StudioError               ivr.studio.speech_engine  nothing can be rendered here: why, and what to do
    ├── TargetError               ivr.errors      what was to be dialled, read or written is not there
    ├── RequestError              ivr.errors      no form of Twilio's: the caller hears an apology, and gets people
    │   └── SignatureError        ivr.errors      not signed by Twilio: 403, and nobody is on the line
    └── UnknownCallError          ivr.errors      a turn of a call that never began: the call begins now

While a call goes on. The caller is never left without a word: see ``ivr.channels.twilio.error_responses``. ::

    DatabaseUnavailableError      data.unavailable           "one moment", thrice; then a turn without it, or people
    └── TransactionConflictError  data.unavailable           another transaction was first: it is done again
    FactsChangedError             ivr.call.facts_changed      what a turn was decided by has changed: it is decided anew
    CallMovedError                data.turns                 another delivery moved the call: its answer is given
    DecryptionError               data.former_cipher         "one moment", once; then an apology and people
    DataNeededError               ivr.call.facts             this turn cannot do without the database, see above
    FactsNeededError              ivr.call.engine            facts were not asked for: they are, and it goes on
    LateError                     ivr.channels.twilio.deadline   no answer in four seconds: "one moment", thrice
    DocumentError (ValueError)    routing.documents          what was keyed is no document: it is asked for again

Told to ops by the command or page that they use. ``data`` and ``routing`` import nothing of ours, so theirs stand
there, and the command makes a TargetError or a SettingsError of them. ::

    PublishedMeanwhileError       data.versions              another version answers than the one that was looked at
    DraftChangedError             data.drafts                another save of the draft was made at this moment
    DraftConflictError            ivr.call.draft_files       a file was saved by another since it was opened
    NumberTakenError              data.versions              another line that is published answers the number
    CustomerOnLineError           data.erasure               an erasure waits until the customer's call has ended
    RecordingsKeptError           data.erasure               an erasure needs the account to delete recordings
    RecordingNotDeletedError      data.retention             the carrier still has a recording
    NewerTablesError              data.migrations            the tables are of a newer release
    BackupError                   data.backup                a backup cannot be made, read or restored
    DumpError                     data.dump                  the database's own tool, or its file, is no good
    UserError (ValueError)        data.users                 a user of the staff cannot be made or changed so
    FixturesError (ValueError)    data.fixtures              the fixtures of a call script have faults
    TooManyDiagnosticsError       ivr.source.diagnostics     ends a reading that has told enough
    RefusedError                  ivr.channels.twilio.audio  the page of a recording says 502, the log why
    NotSentError                  ivr.call.outgoing          the outbox sends it later, or gives it up
    └── GoneError                 ivr.call.outgoing          what it was about is over; the outbox drops it
    OutcomeUnknownError           ivr.call.outgoing          the outbox asks the carrier whether it was done
    UnreachableError              ivr.doctor.get_only    a check of ivr doctor says that nothing answers, and why
    BrokenMessageError            ivr.capture.http_messages   the proxy answers 400, or 502 for the app
    UnplayableError               ivr.replay.recorded_conduct  a recorded call cannot be played again: why
    NotThereError (LookupError)   ivr.replay.scenes.acts.at_the_page  an act of a scene has no line or no such agent
    PhoneError                    ivr.web.phone.errors       the telephone of the pages says why it cannot be done
    WavError (ValueError)         ivr.wav                    a recording is no sound that can be played

Told to customers and staff of tickets, by the page, the telephone or the command that they use. ::

    NoTicketError (LookupError)   ivr.service_desk.acts      no ticket of this number, or another company's
    PriceUnknownError (LookupError)  ivr.call.quotes      a price is asked for a day before the first one
    TicketChangedError            data.tickets               another act came first: the act is decided anew
    TicketMoveError (ValueError)  ivr.tickets.machine        the ticket's state does not take the act
    ForecastError (ValueError)    ivr.tickets.forecast       nothing says by which hours a ticket counts
    └── CalendarGoneError         ivr.tickets.forecast       the calendar by which it counted is not written any more
    AppointmentError (ValueError)  ivr.tickets.appointments  an appointment cannot be made or changed so
    SurveyAnswerError (ValueError)  ivr.tickets.survey_rules  an answer to a survey is none of those that may be
    SurveyOverError (ValueError)  ivr.service_desk.surveys   a survey was answered before, or has expired
    ServiceOfferError (ValueError)  ivr.service_desk.services  a billed service cannot be offered or agreed to so
    MinutesError (ValueError)     ivr.service_desk.corrections  minutes cannot be corrected so
    MayNotOpenError (ValueError)  ivr.web.portal.tickets.may_open  the contact may open no ticket: why, and the way
    ContactActError (ValueError)  data.contact_acts          a contact cannot be made, changed or blocked so
    PasswordTakenError            data.phone_passwords       another contact of the company has the password by now
    StaleFormError                ivr.web.tickets.routes     the ticket has changed since its page was shown

In the simulator, which imports nothing of the line. ::

    WebhookError                  ivr.simulator.twiml_notice    no document: the error of Twilio's that ends the call
    TransportError                ivr.simulator.transports      no response came back
    ApiError                      ivr.simulator.rest.api_errors the API refuses a request, with Twilio's code
    TextRefusedError              ivr.simulator.texts.refusals  the carrier does not take a text on, with Twilio's code
    PortError                     ivr.simulator.rest.server     the API's port is taken
    ForeignHostError              ivr.simulator.rest.pointed_client  a pointed client asks somebody else: which host
    NotNowError                   ivr.simulator.phones.browser  the act has no place in what the call lives through
    CallEnded                     ivr.simulator.verbs.exits     no error: the call is over, whatever verb it is at
    └── Moved                     ivr.simulator.verbs.exits     ... or goes on elsewhere
    AgentCame                     ivr.simulator.verbs.exits     no error: ends the wait in a queue
    PartyCame                     ivr.simulator.verbs.exits     no error: ends the wait in a conference
    LeftConference                ivr.simulator.verbs.exits     no error: the caller pressed *
    HoldEnded                     ivr.simulator.verbs.exits     no error: one on hold hears its document no more
    MomentOver                    ivr.simulator.verbs.exits     no error: ends an order of the API within a moment
    LeftQueue                     ivr.simulator.verbs.exits     no error: the wait document says <Leave>
    CallerVoiceError              ivr.simulator.streaming.caller_voice  nobody can speak into a media stream: why
    RecogniserError               ivr.replay.recogniser         no words are heard in a media stream: why
    InvalidMessageError           ivr.simulator.verbs.relay_messages  an AI agent's message: the agent is told
    SessionLost                   ivr.simulator.verbs.relay_wire      an AI agent is gone: Twilio's 64105
    SessionOver                   ivr.simulator.verbs.relay_session   no error: an AI agent gives the caller back

No message ever holds a document, a password or keys that a caller pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.source.diagnostics import Diagnostic

__all__ = [
    "FlowError",
    "IvrError",
    "RequestError",
    "ScriptError",
    "SeedError",
    "SettingsError",
    "SignatureError",
    "TargetError",
    "UnknownCallError",
]


class IvrError(Exception):
    """The root: its text is fit to be shown to the person who made the mistake."""


class FlowError(IvrError):
    """A line's YAML cannot be used; ``diagnostics`` holds every reason, in the order of the files."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class ScriptError(IvrError):
    """A call script cannot be read; ``diagnostics`` holds every reason."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class SeedError(IvrError):
    """The seed of a simulated account cannot be read; ``diagnostics`` holds every reason."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class SettingsError(IvrError):
    """The environment is not fit to start with; the text names each variable and the remedy."""


class TargetError(IvrError):
    """The target that was to be dialled does not exist or does not answer."""


class RequestError(IvrError):
    """A webhook request that the carrier would not have sent."""


class SignatureError(RequestError):
    """A webhook request without a valid signature."""


class UnknownCallError(IvrError):
    """A turn of a call that never began."""
