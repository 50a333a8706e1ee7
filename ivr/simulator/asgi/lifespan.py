"""The lifespan of an ASGI application: it is told when it starts and when it stops."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from ivr.simulator.asgi.scope import VERSION, AsgiApplication, Message
from ivr.simulator.transports import TransportError

_log = logging.getLogger(__name__)


class Lifespan:
    """Tells the application when it starts and when it stops; one that knows no lifespan is let be.

    ``state`` is what it keeps for its requests.
    """

    def __init__(self, app: AsgiApplication) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._told: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> None:
        """Wait until the application has started; raises TransportError where it says that it could not."""
        task = self._task = asyncio.create_task(self._run())
        told = await self._tell(task, "lifespan.startup")
        if told and told["type"] == "lifespan.startup.failed":
            reason = told.get("message") or "it gives no reason"
            raise TransportError(f"the application did not start: {reason}", "connection")

    async def stop(self) -> None:
        """Wait until the application has stopped."""
        if self._task and not self._task.done():
            await self._tell(self._task, "lifespan.shutdown")
            await self._task

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": VERSION, "state": self.state}
        try:
            await self._app(scope, self._events.get, self._told.put)
        except Exception:
            # By the specification an application that raises here has no lifespan.
            _log.debug("the application has no lifespan", exc_info=False)

    async def _tell(self, task: asyncio.Task[None], kind: str) -> Message | None:
        """Tell the application, and return what it says to it; None where it says nothing any more."""
        await self._events.put({"type": kind})
        said = asyncio.create_task(self._told.get())
        await asyncio.wait([said, task], return_when=asyncio.FIRST_COMPLETED)
        if said.done():
            return said.result()
        said.cancel()
        return None
