"""``DELIVERIES`` send rows of the outbox, one kind a file: a new one is its file and its line here."""

from __future__ import annotations

from ivr.worker.deliveries.alarm import AlarmDelivery
from ivr.worker.deliveries.call import CallDelivery
from ivr.worker.deliveries.mail import CodeTextDelivery, MailDelivery
from ivr.worker.deliveries.talk_act import TalkActDelivery, TrialTalkActDelivery
from ivr.worker.deliveries.talk_leg import TalkLegDelivery, TrialTalkLegDelivery
from ivr.worker.deliveries.text import TextDelivery, TrialTextDelivery
from ivr.worker.deliveries.ticket_event import TicketEventDelivery
from ivr.worker.deliveries.trial_call import TrialCallDelivery
from ivr.worker.delivery import Delivery

DELIVERIES: tuple[type[Delivery], ...] = (
    CallDelivery,
    TrialCallDelivery,
    TalkLegDelivery,
    TrialTalkLegDelivery,
    TalkActDelivery,
    TrialTalkActDelivery,
    AlarmDelivery,
    TextDelivery,
    TrialTextDelivery,
    MailDelivery,
    CodeTextDelivery,
    TicketEventDelivery,
)
