import asyncio

import httpx
import pytest

from sms_monitor.services.slots import Slots
from tests import LIMIT
from tests.services.wire import DROP, answer, wire


def slots(count):
    return Slots(lambda: httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=1)), count)


async def test_one_after_the_other_goes_over_one_connection():
    async with wire(answer(200, b"a")) as server, httpx.AsyncClient(transport=slots(8)) as http:
        for _ in range(20):
            assert (await http.get(server.url)).content == b"a"
        assert server.connections == 1


async def test_many_at_once_go_over_no_more_connections_than_there_are():
    async with wire(answer(200, b"a")) as server, httpx.AsyncClient(transport=slots(3)) as http:
        answers = await asyncio.gather(*(http.get(server.url) for _ in range(60)))
        assert {a.content for a in answers} == {b"a"}
        assert server.connections == 3


async def test_a_connection_is_free_again_whatever_became_of_its_request():
    replies = [answer(500), answer(200, b"x", DROP, Content_Length="99"), answer(200, b"a")]
    async with wire(*replies) as server, httpx.AsyncClient(transport=slots(1)) as http:
        assert (await http.get(server.url)).status_code == 500
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(server.url)
        async with http.stream("GET", server.url):
            pass  # its body is not read
        asking = asyncio.create_task(http.get(server.url))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        with pytest.raises(httpx.ConnectError):
            await http.get("http://127.0.0.1:1")
        assert (await http.get(server.url)).content == b"a"


async def test_who_waits_for_a_connection_can_give_up():
    async with wire(answer(200, b"a")) as server, httpx.AsyncClient(transport=slots(1)) as http:
        async with http.stream("GET", server.url):
            waiting = asyncio.create_task(http.get(server.url))
            await server.asked.wait()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            assert waiting.cancelled()
        assert (await http.get(server.url)).content == b"a"


@pytest.mark.parametrize("kept", [False, True], ids=["new", "kept alive"])
async def test_a_request_that_is_cancelled_at_any_moment_spoils_no_connection(kept):
    """It can be left as one that is neither open nor closed, and would be taken for ever."""
    async with wire(answer(200, b"x" * 3000)) as server:
        for steps in range(50):
            wait = httpx.Timeout(LIMIT, pool=1.0)
            async with httpx.AsyncClient(transport=slots(1), timeout=wait, trust_env=False) as http:
                if kept:
                    await http.get(server.url)
                asking = asyncio.create_task(http.get(server.url))
                for _ in range(steps):
                    await asyncio.sleep(0)
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                assert (await http.get(server.url)).status_code == 200, steps


class Closing(httpx.AsyncBaseTransport):
    """Fails each request, and does not close before it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.closing = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset", request=request)

    async def aclose(self) -> None:
        self.closing.set()
        await self.let.wait()


async def test_there_are_no_more_connections_than_that_while_one_is_being_closed():
    ready = [Closing(), Closing()]
    opened: list[Closing] = []

    def open_one() -> Closing:
        opened.append(ready[len(opened)])
        return opened[-1]

    async with httpx.AsyncClient(transport=Slots(open_one, 1)) as http:
        asking = [asyncio.create_task(http.get("http://localhost")) for _ in range(2)]
        await ready[0].closing.wait()
        for _ in range(10):
            await asyncio.sleep(0)
        assert opened == ready[:1]
        ready[0].let.set()
        await ready[1].closing.wait()
        ready[1].let.set()
        failed = await asyncio.gather(*asking, return_exceptions=True)
        assert [type(error) for error in failed] == [httpx.ReadError] * 2
