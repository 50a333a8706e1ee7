"""Conditions that people must know of, one a file: a new one is its file, its line here, and its rule in
``routing.alarm_rules``. ``alarm_book`` raises and clears what they find.
"""

from __future__ import annotations

from ivr.worker.alarms.carrier_away import CarrierAway
from ivr.worker.alarms.condition import AlarmCondition
from ivr.worker.alarms.data_too_old import DataTooOld
from ivr.worker.alarms.nobody_on_call import NobodyOnCall
from ivr.worker.alarms.passwords import WrongPasswords
from ivr.worker.alarms.queues import QueuesWithoutAgents
from ivr.worker.alarms.service_level import ServiceLevelMissed

CONDITIONS: tuple[type[AlarmCondition], ...] = (
    NobodyOnCall,
    ServiceLevelMissed,
    QueuesWithoutAgents,
    WrongPasswords,
    CarrierAway,
    DataTooOld,
)
