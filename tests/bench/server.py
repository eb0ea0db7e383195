"""A server of prepared answers in a process of its own, so that its CPU is not ours.

It serves the files of a folder, `0.json` first; each answer is followed by the next one, and the
last by the first. `python -m tests.bench.server FOLDER` is the process.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import formatdate
from itertools import cycle
from pathlib import Path

from tests.bench.process import PROJECT


@contextmanager
def serving(bodies: Sequence[bytes]) -> Iterator[str]:
    """Serve `bodies` in turn to whatever is asked, until the end of the block; yield the URL."""
    with tempfile.TemporaryDirectory() as folder:
        for number, body in enumerate(bodies):
            (Path(folder) / f"{number}.json").write_bytes(body)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.server", folder],
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()


async def _serve(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda file: int(file.stem))
    bodies = cycle([file.read_bytes() for file in files])

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET "):
                body = next(bodies)
                head = (
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
                    f"Date: {formatdate(usegmt=True)}\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                writer.writelines((head.encode(), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
