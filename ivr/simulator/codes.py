"""Twilio's numbers, names and remedies for what can go wrong with a webhook and its document.

Source: the vendor's error and warning dictionary. An error ends the document (and the call, without a fallback); a
warning is only noted, and the call goes on.
"""

from __future__ import annotations

from ivr.simulator.transports import Cause

INVALID_URL = 11100
RETRIEVAL_FAILURE = 11200
CONNECTION_FAILURE = 11205
PROTOCOL_VIOLATION = 11206
BAD_HOST = 11210
TOO_MANY_REDIRECTS = 11215
INVALID_REDIRECT = 11216
TLS_FAILURE = 11220
RETRY_POLICY = 11243
TOO_LARGE = 11750
PARSE_FAILURE = 12100
WRONG_ROOT = 12102
SCHEMA_WARNING = 12200
WRONG_CONTENT_TYPE = 12300

MIXED_CONFERENCE = 13000
DIAL_IN_WHISPER = 13201
DIAL_METHOD = 13210
DIAL_TIMEOUT = 13212
DIAL_HANGUP_ON_STAR = 13213
DIAL_CALLER_ID = 13214
DIAL_NESTED = 13215
DIAL_TIME_LIMIT = 13216
DIAL_RECORD = 13217
DIAL_SEQUENTIAL = 13218
DIAL_ANSWER_ON_BRIDGE = 13219
DIAL_RING_TONE = 13220
NUMBER_METHOD = 13221
NUMBER_SEND_DIGITS = 13222
DIAL_NUMBER_FORMAT = 13223
CONFERENCE_MUTED = 13230
CONFERENCE_END_ON_EXIT = 13231
CONFERENCE_START_ON_ENTER = 13232
CONFERENCE_WAIT_URL = 13233
CONFERENCE_WAIT_METHOD = 13234
CONFERENCE_BEEP = 13235
CONFERENCE_NAME = 13237
CONFERENCE_WAIT_VERB = 13238
CONFERENCE_TRIM = 13239
CONFERENCE_COACH = 13240
SIP_METHOD = 13241
SIP_URI = 13243
TOO_MANY_LEGS = 13250
GATHER_FINISH_ON_KEY = 13310
GATHER_METHOD = 13312
GATHER_TIMEOUT = 13313
GATHER_NUM_DIGITS = 13314
GATHER_NESTED = 13320
GATHER_INPUT = 13326
GATHER_SPEECH_TIMEOUT = 13327
GATHER_MAX_SPEECH_TIME = 13328
GATHER_PARTIAL_METHOD = 13329
GATHER_HINTS = 13330
GATHER_LANGUAGE = 13331
GATHER_BARGE_IN = 13332
GATHER_PROFANITY_FILTER = 13333
GATHER_SPEECH_MODEL = 13334
GATHER_ACTION_ON_EMPTY = 13338
PLAY_LOOP = 13410
PLAY_CONTENT_TYPE = 13420
PLAY_DIGITS = 13430
SAY_LOOP = 13510
SAY_VOICE = 13511
SAY_LANGUAGE = 13512
SAY_TEXT = 13520
SAY_LENGTH = 13521
RECORD_METHOD = 13610
RECORD_TIMEOUT = 13611
RECORD_MAX_LENGTH = 13612
RECORD_FINISH_ON_KEY = 13613
RECORD_TRANSCRIBE = 13614
RECORD_TRANSCRIBE_LENGTH = 13615
RECORD_PLAY_BEEP = 13616
RECORD_OUT_OF_RANGE = 13617
RECORDING_EVENT = 13621
RECORDING_TRACK = 13622
RECORD_TRIM = 13699
REDIRECT_METHOD = 13710
REJECT_REASON = 13810
PAUSE_LENGTH = 13910
ENQUEUE_METHOD = 14201
ENQUEUE_NAME_SHORT = 14204
ENQUEUE_NAME_LENGTH = 14205
ENQUEUE_WAIT_METHOD = 14206
QUEUE_METHOD = 14210
QUEUE_NAME_SHORT = 14212
START_NOUN = 14300
MESSAGE_TO = 14101
MESSAGE_FROM = 14102
MESSAGE_BODY = 14103
MESSAGE_METHOD = 14104
MESSAGE_CALLBACK = 14105
MESSAGE_RETRIEVALS = 14106
MESSAGE_VERB = 14110
CALLBACK_REFUSED = 15003
CONFERENCE_LABEL_TAKEN = 16025
COACHED_ON_HOLD = 16027
COACHED_ABSENT = 16028
NO_DETECTION_CALLBACK = 21262
UNSUBSCRIBED = 21610
TRANSCRIPTION = 32650
PAY_CHARGE_AMOUNT = 64003
PAY_CHARGE_REJECTED = 64008
PAY_TOKEN_REJECTED = 64010
PAY_ACTION = 64016
PAY_BANK_ACCOUNT_TYPE = 64017
PAY_VALUE = 64020
STREAM_TIMEOUT = 31901
STREAM_REFUSED = 31902
STREAM_BROKEN = 31903
STREAM_TLS = 31910
STREAM_HANDSHAKE = 31920
STREAM_CLOSED = 31921
STREAM_PROTOCOL = 31924
STREAM_BUFFER = 31931
STREAM_TRACK = 31941
STREAM_MESSAGE = 31951
RELAY_UNREACHABLE = 64102
RELAY_LOST = 64105
RELAY_MESSAGE = 64107

NOT_SIMULATED = 0
"""Not one of Twilio's: it would have done more here than this simulator does."""

CAUSES: dict[Cause, int] = {
    "address": INVALID_URL,
    "host": BAD_HOST,
    "connection": CONNECTION_FAILURE,
    "timeout": CONNECTION_FAILURE,
    "tls": TLS_FAILURE,
    "protocol": PROTOCOL_VIOLATION,
}
"""What a request that brought no response is called."""

STREAM_CAUSES: dict[Cause, int] = {
    "address": STREAM_HANDSHAKE,
    "host": STREAM_REFUSED,
    "connection": STREAM_REFUSED,
    "timeout": STREAM_TIMEOUT,
    "tls": STREAM_TLS,
    "protocol": STREAM_HANDSHAKE,
}
"""What a media stream whose websocket did not open is called."""

NAMES: dict[int, str] = {
    INVALID_URL: "Invalid URL format",
    RETRIEVAL_FAILURE: "HTTP retrieval failure",
    CONNECTION_FAILURE: "HTTP connection failure",
    PROTOCOL_VIOLATION: "HTTP protocol violation",
    BAD_HOST: "HTTP bad host name",
    TOO_MANY_REDIRECTS: "HTTP too many redirects",
    INVALID_REDIRECT: "HTTP bad redirect",
    TLS_FAILURE: "SSL/TLS handshake error",
    RETRY_POLICY: "HTTP retry policy is invalid",
    TOO_LARGE: "TwiML response body too large",
    PARSE_FAILURE: "Document parse failure",
    WRONG_ROOT: "The root element must be Response",
    SCHEMA_WARNING: "Schema validation warning",
    WRONG_CONTENT_TYPE: "Invalid Content-Type",
    MIXED_CONFERENCE: "Conference noun cannot be mixed with Number nouns",
    DIAL_IN_WHISPER: "Dial: Cannot Dial out from a Dial Call Segment",
    DIAL_METHOD: "Dial: Invalid method value",
    DIAL_TIMEOUT: "Dial: Invalid timeout value",
    DIAL_HANGUP_ON_STAR: "Dial: Invalid hangupOnStar value",
    DIAL_CALLER_ID: "Dial: Invalid callerId value",
    DIAL_NESTED: "Dial: Invalid nested element",
    DIAL_TIME_LIMIT: "Dial: Invalid timeLimit value",
    DIAL_RECORD: "Dial: Invalid record value",
    DIAL_SEQUENTIAL: "Dial: Invalid sequential value",
    DIAL_ANSWER_ON_BRIDGE: "Dial: Invalid answerOnBridge value",
    DIAL_RING_TONE: "Dial: Invalid ringTone value",
    NUMBER_METHOD: "Dial->Number: Invalid method value",
    NUMBER_SEND_DIGITS: "Dial->Number: Invalid sendDigits value",
    DIAL_NUMBER_FORMAT: "Dial: Invalid phone number format",
    CONFERENCE_MUTED: "Dial->Conference: Invalid muted value",
    CONFERENCE_END_ON_EXIT: "Dial->Conference: Invalid endConferenceOnExit value",
    CONFERENCE_START_ON_ENTER: "Dial->Conference: Invalid startConferenceOnEnter value",
    CONFERENCE_WAIT_URL: "Dial->Conference: Invalid waitUrl",
    CONFERENCE_WAIT_METHOD: "Dial->Conference: Invalid waitMethod",
    CONFERENCE_BEEP: "Dial->Conference: Invalid beep value",
    CONFERENCE_NAME: "Dial->Conference: Invalid Conference Name",
    CONFERENCE_WAIT_VERB: "Dial->Conference: Invalid Verb used in waitUrl TwiML",
    CONFERENCE_TRIM: "Dial->Conference: Invalid Trim Value",
    CONFERENCE_COACH: "Dial->Conference: Invalid Whisper SID",
    SIP_METHOD: "Dial->SIP: Invalid method value",
    SIP_URI: "Dial->SIP: Invalid SIP URI",
    TOO_MANY_LEGS: "Dial: Too many URIs passed",
    GATHER_FINISH_ON_KEY: "Gather: Invalid finishOnKey value",
    GATHER_METHOD: "Gather: Invalid method value",
    GATHER_TIMEOUT: "Gather: Invalid timeout value",
    GATHER_NUM_DIGITS: "Gather: Invalid numDigits value",
    GATHER_NESTED: "Gather: Invalid nested verb",
    GATHER_INPUT: "Gather: Invalid input value",
    GATHER_SPEECH_TIMEOUT: "Gather: Invalid speechTimeout value",
    GATHER_MAX_SPEECH_TIME: "Gather: Invalid maxSpeechTime value",
    GATHER_PARTIAL_METHOD: "Gather: Invalid partialResultCallbackMethod value",
    GATHER_HINTS: "Gather: Invalid hints value",
    GATHER_LANGUAGE: "Gather: Invalid language value",
    GATHER_BARGE_IN: "Gather: Invalid bargeIn value",
    GATHER_PROFANITY_FILTER: "Gather: Invalid profanityFilter value",
    GATHER_SPEECH_MODEL: "Gather: Invalid model value",
    GATHER_ACTION_ON_EMPTY: "Gather: Invalid actionOnEmptyResult value",
    PLAY_LOOP: "Play: Invalid loop value",
    PLAY_CONTENT_TYPE: "Play: Invalid Content-Type",
    PLAY_DIGITS: "Play: Invalid DTMF String",
    SAY_LOOP: "Say: Invalid loop value",
    SAY_VOICE: "Say: Invalid voice value",
    SAY_LANGUAGE: "Say: Invalid language value",
    SAY_TEXT: "Say: Invalid text",
    SAY_LENGTH: "Say element character limits exceeded",
    RECORD_METHOD: "Record: Invalid method value",
    RECORD_TIMEOUT: "Record: Invalid timeout value",
    RECORD_MAX_LENGTH: "Record: Invalid maxLength value",
    RECORD_FINISH_ON_KEY: "Record: Invalid finishOnKey value",
    RECORD_TRANSCRIBE: "Record: Invalid transcribe value",
    RECORD_TRANSCRIBE_LENGTH: "Record: maxLength too high for transcription",
    RECORD_PLAY_BEEP: "Record: playBeep must be true or false",
    RECORD_OUT_OF_RANGE: "Record: Recording length is out of range for transcription",
    RECORDING_EVENT: "Invalid recordingStatusCallbackEvent",
    RECORDING_TRACK: "Record: Invalid recordingTrack value",
    RECORD_TRIM: "Record: Invalid trim value",
    REDIRECT_METHOD: "Redirect: Invalid method value",
    REJECT_REASON: "Reject: Invalid cause",
    PAUSE_LENGTH: "Pause: Invalid length value",
    ENQUEUE_METHOD: "Enqueue: Invalid method value",
    ENQUEUE_NAME_SHORT: "Enqueue: Queue name too short",
    ENQUEUE_NAME_LENGTH: "Enqueue: Queue name too long",
    ENQUEUE_WAIT_METHOD: "Enqueue: Invalid waitUrlMethod value",
    QUEUE_METHOD: "Dial->Queue: Invalid whisper method",
    QUEUE_NAME_SHORT: "Dial->Queue: queue name too short",
    START_NOUN: "Start: Invalid nested noun value",
    MESSAGE_TO: "Message: Invalid to attribute",
    MESSAGE_FROM: "Message: Invalid from attribute",
    MESSAGE_BODY: "Message: Invalid body",
    MESSAGE_METHOD: "Message: Invalid method attribute",
    MESSAGE_CALLBACK: "Message: Invalid statusCallback attribute",
    MESSAGE_RETRIEVALS: "Message: Document retrieval limit reached",
    MESSAGE_VERB: "Invalid verb for message reply",
    TRANSCRIPTION: "Real-time Transcriptions: Configuration Error",
    PAY_CHARGE_AMOUNT: "Pay: Invalid charge amount",
    PAY_CHARGE_REJECTED: "Pay: Payment Gateway rejected charge creation",
    PAY_TOKEN_REJECTED: "Pay: Payment Gateway rejected token creation",
    PAY_ACTION: "Pay: Invalid action URL",
    PAY_BANK_ACCOUNT_TYPE: "Pay: BankAccountType Parameter not supported with PaymentMethod = credit-card",
    PAY_VALUE: "Pay: Invalid Parameter Value",
    NO_DETECTION_CALLBACK: "No AMD status callback URL provided",
    CALLBACK_REFUSED: "Call Progress: Warning Response to Callback URL",
    CONFERENCE_LABEL_TAKEN: "Dial->Conference: Participant label is in use by another participant",
    COACHED_ON_HOLD: "Participant to be whispered is on hold",
    COACHED_ABSENT: "Participant to be whispered is not present in the conference",
    UNSUBSCRIBED: "Attempt to send to unsubscribed recipient",
    STREAM_TIMEOUT: "Stream - WebSocket - Connection Timeout",
    STREAM_REFUSED: "Stream - WebSocket - Connection Refused",
    STREAM_BROKEN: "Stream - WebSocket - Connection Broken Pipe",
    STREAM_TLS: "Stream - WebSocket - SSL Protocol Error",
    STREAM_HANDSHAKE: "Stream - WebSocket - Handshake Error",
    STREAM_CLOSED: "Stream - WebSocket - Close Error",
    STREAM_PROTOCOL: "Stream - Websocket - Protocol Error",
    STREAM_BUFFER: "Stream - Media - Buffer Full",
    STREAM_TRACK: "Stream - Invalid Track configuration",
    STREAM_MESSAGE: "Stream - Protocol - Invalid Message",
    RELAY_UNREACHABLE: "ConversationRelay: Unable to Connect to Websocket URL",
    RELAY_LOST: "ConversationRelay: Websocket ended",
    RELAY_MESSAGE: "ConversationRelay: Invalid Message Received",
    NOT_SIMULATED: "not simulated",
}
"""The vendor's name of each number."""

REMEDIES: dict[int, str] = {
    INVALID_URL: "Write an address that begins with http:// or https://, or one relative to the document.",
    RETRIEVAL_FAILURE: "Make the application answer with 200; its own log says why it did not.",
    CONNECTION_FAILURE: "See that the server runs, can be reached, and answers within 15 seconds.",
    PROTOCOL_VIOLATION: "See that the server speaks HTTP on that port.",
    BAD_HOST: "Correct the host's name, or lead it to this machine with --tunnel.",
    TOO_MANY_REDIRECTS: "Name the last address of the chain.",
    INVALID_REDIRECT: "Redirect with 301, 302, 303 or 307 and a Location header.",
    TLS_FAILURE: "Install a certificate that is valid for this host, or use http:// where you test.",
    RETRY_POLICY: "Use ct, rt, 4xx, 5xx or all after rp= in the address.",
    TOO_LARGE: "Split the document with <Redirect>.",
    PARSE_FAILURE: "Mend the XML; a library that writes TwiML escapes < and & by itself.",
    WRONG_ROOT: "Put the verbs into one <Response>.",
    WRONG_CONTENT_TYPE: "Set the Content-Type header of the answer to text/xml.",
    PLAY_CONTENT_TYPE: "Send audio/mpeg, audio/wav, or another of the vendor's types.",
    CALLBACK_REFUSED: "Answer status callbacks with 200 or 204.",
    CONFERENCE_LABEL_TAKEN: "Let each participant of a conference have a label of its own.",
    CONFERENCE_COACH: "Name the call of somebody who is in that conference and talks.",
    COACHED_ON_HOLD: "Take the participant off hold first.",
    COACHED_ABSENT: "Name the call of somebody who is in that conference and talks.",
    MESSAGE_TO: "Write a number such as +5511987654321.",
    MESSAGE_FROM: "Write a number of the account's.",
    MESSAGE_BODY: "Give 1 to 1600 characters, or the address of a medium.",
    MESSAGE_RETRIEVALS: "Answer with <Message>, or with an empty <Response>.",
    UNSUBSCRIBED: "Send nothing until the number texts START.",
    STREAM_TIMEOUT: "See that the websocket's server runs and answers the handshake.",
    STREAM_REFUSED: "See that the websocket's server runs, and at that address.",
    STREAM_BROKEN: "See in the server's own log why it broke the connection off.",
    STREAM_TLS: "Install a certificate that is valid for this host, or lead it to this machine with --tunnel.",
    STREAM_HANDSHAKE: "Let the server answer the websocket's handshake at that very path with 101.",
    STREAM_CLOSED: "Close the websocket with 1000 where the stream is to end.",
    STREAM_PROTOCOL: "Send texts of JSON, and only into a <Connect><Stream>.",
    STREAM_BUFFER: "Send sound at the pace at which it is heard, or clear it.",
    STREAM_TRACK: "A <Connect><Stream> has inbound_track only.",
    STREAM_MESSAGE: "Send media, mark and clear, each with event and streamSid.",
    RELAY_UNREACHABLE: "See that a websocket server runs there, and takes the vendor's signature.",
    RELAY_LOST: "End the session by a message of the type end; the agent's own log says why it closed.",
    RELAY_MESSAGE: "Send text, play, sendDigits, language or end, as the vendor's page on the messages says.",
    NOT_SIMULATED: "Try this part against the vendor itself.",
}
"""The remedy for each number whose message does not tell one."""

FAILURES = frozenset({CALLBACK_REFUSED, DIAL_CALLER_ID, DIAL_IN_WHISPER, PLAY_CONTENT_TYPE})
"""Warnings because of which something is not performed that the document asks for."""
