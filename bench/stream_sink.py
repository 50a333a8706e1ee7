"""A server of media streams that takes all and says nothing: ``python -m bench.stream_sink`` prints its port first."""

from __future__ import annotations

import asyncio

from websockets.asyncio.server import ServerConnection, serve


async def _take(connection: ServerConnection) -> None:
    async for _ in connection:
        pass


async def _serve() -> None:
    async with serve(_take, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
