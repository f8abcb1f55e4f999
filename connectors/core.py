"""What every counterpart (网页、接口、微信、坐席……) gets: opened once, the same for all."""

from __future__ import annotations

from dataclasses import dataclass

from bot.wording import Wording
from connectors.applications.desk import ApplicationDesk
from connectors.applications.following import ApplicationFollowUp
from connectors.calls.store import Calls
from connectors.cases.desk import Desk
from connectors.cases.handover import CaseHandover
from connectors.cases.rejoining import Rejoining
from connectors.conversations import ConversationStore
from connectors.errors import SettingError
from connectors.keyring import KeyRing
from connectors.limits import Limits
from connectors.live import Live
from connectors.readiness import Readiness
from connectors.settings import Settings
from connectors.staff.accounts import Accounts
from connectors.storage.database import Database
from connectors.storage.opening import open_storage
from connectors.turns import TurnService
from connectors.word_files import TEMPLATES
from knowledge.library import read_city
from knowledge.records import City
from knowledge.statutes import Statutes


@dataclass(frozen=True)
class Core:
    """A counterpart is a module with `build(core) -> web.Application`; it takes what it needs from here."""

    settings: Settings
    city: City
    wording: Wording
    database: Database
    keys: KeyRing
    store: ConversationStore
    turns: TurnService
    desk: Desk
    applications: ApplicationDesk
    calls: Calls
    rejoining: Rejoining
    accounts: Accounts
    live: Live
    statutes: Statutes
    limits: Limits
    readiness: Readiness


async def open_core(settings: Settings) -> Core:
    """Opens database and keys; raises SettingError saying what is wrong."""
    city, wording = find_city(settings), Wording.read()
    database, keys = await open_storage(settings)
    templates = settings.home / TEMPLATES
    applications = ApplicationDesk(keys, city, wording, templates, settings.receivers, settings.public_url)
    handover = CaseHandover(keys, city, wording, announce=settings.case_webhook is not None)
    follow_up = ApplicationFollowUp(applications, wording, handover)
    return Core(
        settings=settings,
        city=city,
        wording=wording,
        database=database,
        keys=keys,
        store=ConversationStore(keys),
        turns=TurnService(database, keys, wording, follow_up),
        desk=Desk(keys, wording),
        applications=applications,
        calls=Calls(keys),
        rejoining=Rejoining(keys, wording),
        accounts=Accounts(),
        live=Live(database),
        statutes=Statutes.of_home(settings.home),
        limits=Limits(settings.turns_per_minute),
        readiness=Readiness(),
    )


def find_city(settings: Settings) -> City:
    """The city of the settings; raises SettingError where no such file is."""
    city = read_city(settings.city)
    if city is None:
        raise SettingError("WENFA_CITY", f"knowledge/cities 里没有 {settings.city}.yaml")
    return city
