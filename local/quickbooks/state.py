"""The state file: everything a restart needs, written in one piece so that a kill never leaves half of it."""

import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.quickbooks.companies import Answer, Company
from local.quickbooks.jsontext import Written, dumps, loads
from local.quickbooks.webhooks import Endpoint
from local.quickbooks.world import World

_VERSION = 1
_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Kept:
    company: Company
    revision: int
    text: Written


def save(world: World, path: Path, written: dict[str, _Kept] | None = None) -> None:
    """Write the state to a file next to its place, then move it there.

    ``written`` keeps the text of each company between saves, so that only those that changed are written anew.
    """
    texts = {} if written is None else written
    for company in world.companies.all():
        kept, revision = texts.get(company.realm_id), company.revision
        if kept is None or kept.company is not company or kept.revision != revision:
            texts[company.realm_id] = _Kept(company, revision, _dump_company(company))
    content = {
        "version": _VERSION,
        "clock_offset_seconds": world.clock.offset_seconds,
        "switches": world.switches.as_dict(),
        "oauth": world.oauth.dump(),
        "webhooks": world.webhooks.dump(),
        "companies": [texts[company.realm_id].text for company in world.companies.all() if company.realm_id in texts],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(dumps(content))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(world: World, path: Path) -> bool:
    """Take the state over from a file and say whether there was one."""
    if not path.exists():
        return False
    content = loads(path.read_bytes())
    if content.get("version") != _VERSION:
        raise ValueError(f"{path} was written by another version of the simulator; delete it to start afresh")
    world.clock.offset_seconds = float(content["clock_offset_seconds"])
    known = world.switches.as_dict()
    world.switches.update({name: value for name, value in content["switches"].items() if name in known})
    world.oauth.load(content["oauth"])
    world.companies.clear()
    for endpoint in content.get("webhooks", []):
        world.webhooks.configure(Endpoint(**endpoint))
    for saved in content["companies"]:
        world.companies.add(_load_company(saved))
    return True


class Saver:
    """Saves in the background whenever something has changed."""

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._stop = threading.Event()
        self._saved: tuple[int, ...] | None = None
        self._written: dict[str, _Kept] = {}
        self._thread = threading.Thread(target=self._run, name="quickbooks-state", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Save a last time and stop."""
        self._stop.set()
        self._thread.join()
        self._save_if_changed()

    def _run(self) -> None:
        pause = _EVERY_SECONDS
        while not self._stop.wait(pause):
            started = time.perf_counter()
            self._save_if_changed()
            # A large state must not keep the machine busy with saving.
            pause = max(_EVERY_SECONDS, 10 * (time.perf_counter() - started))

    def _save_if_changed(self) -> None:
        version = self._world.version()
        if version != self._saved:
            save(self._world, self._path, self._written)
            self._saved = version


def _dump_company(company: Company) -> Written:
    # Rows and answers never change in place, so only the lists are taken under the lock.
    with company.lock:
        head = {
            "realm_id": company.realm_id,
            "name": company.name,
            "plan": company.plan,
            "country": company.country,
            "currency": company.currency,
            "owner": company.owner,
            "preferences": company.preferences,
            "sequences": dict(company.sequences),
        }
        answers = list(company.answers.items())
        stores = [(kind, list(store.all()), dict(store.deleted)) for kind, store in company.stores.items()]
    entities = {kind: {"rows": [row.text for row in rows], "deleted": deleted} for kind, rows, deleted in stores}
    return Written(dumps({**head, "answers": {name: asdict(answer) for name, answer in answers}, "entities": entities}))


def _load_company(saved: dict[str, Any]) -> Company:
    entities, answers = saved.pop("entities"), saved.pop("answers")
    company = Company(**saved)
    for name, answer in answers.items():
        company.answers[name] = Answer(**{**answer, "given_at": float(answer.get("given_at", 0))})
    for kind, content in entities.items():
        store = company.store(kind)
        for entity_id, when in content["deleted"].items():
            store.note_deleted(entity_id, when)
        for body in content["rows"]:
            store.put(body)
    return company
