"""A client of the vendor's that is pointed at the stand-in asks it for every product, and asks nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from twilio.base.domain import Domain
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.pointed_client import ForeignHostError, every_client_at, point_client_at, pointed
from ivr.simulator.rest.server import rest_server
from ivr.simulator.rest.vendor_resources import ELSEWHERE, PRODUCTS
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALLED, WebApp


@pytest.fixture(scope="module")
def account() -> Account:
    return Account(WebApp().page("/agent", ""))


@pytest.fixture(scope="module")
def address(account: Account) -> Iterator[str]:
    with rest_server(account.switchboard) as served:
        yield served


def client(**options: object) -> Client:
    return Client(DEMO_ACCOUNT, DEMO_TOKEN, **options)


def products(made: Client) -> dict[str, Domain]:
    named = [name for name, value in vars(Client).items() if isinstance(value, property) and not name.startswith("_")]
    return {name: product for name in named if isinstance(product := getattr(made, name), Domain)}


def test_every_product_is_asked_at_the_stand_in_under_its_own_name(account: Account, address: str) -> None:
    made = point_client_at(client(), address)
    account.switchboard.unanswered.clear()
    for product in products(made).values():
        answer = product.request("GET", "/v1/Things")
        assert answer.status_code == 501, product.base_url
    hosts = {product.base_url.removeprefix("https://") for product in products(made).values()}
    asked = {what.removeprefix("GET ").removesuffix("/v1/Things") for what, _ in account.switchboard.unanswered}
    assert asked == hosts
    assert len(hosts) > 30


def test_every_product_of_the_client_has_its_page() -> None:
    hosts = {product.base_url.removeprefix("https://").partition(".")[0] for product in products(client()).values()}
    without = {"api", "knowledge", "memory", "oauth", "preview", "preview-iam", "webhooks"}
    assert hosts - set(PRODUCTS) == without  # of these the vendor has no page that tells more than its overview
    assert ELSEWHERE


def test_a_pointed_client_makes_calls_and_lists_them_over_several_pages(address: str) -> None:
    made = point_client_at(client(), address)
    for _ in range(3):
        assert made.calls.create(to=AGENT, from_=CALLED, url="http://app.test/agent").status == "queued"
    assert len(made.calls.list(page_size=1)) >= 3


def test_a_product_that_is_not_simulated_answers_501_with_its_page(address: str) -> None:
    made = point_client_at(client(), address)
    with pytest.raises(TwilioRestException) as raised:
        made.lookups.v2.phone_numbers("+551140030015").fetch()
    assert (raised.value.status, raised.value.code) == (501, 0)
    assert "lookups.twilio.com/v2/PhoneNumbers" in str(raised.value.msg)
    with pytest.raises(TwilioException):
        made.verify.v2.services.list()


@pytest.mark.parametrize(
    "url",
    ["https://example.com/v1", "https://twilio.com.example.com/", "http://api.twilio.com/", "https://twilio.com/"],
)
def test_any_other_host_is_refused_and_nothing_sent(url: str, account: Account, address: str) -> None:
    made = point_client_at(client(), address)
    made.messaging.base_url = url
    before = dict(account.switchboard.unanswered)
    with pytest.raises(ForeignHostError, match="which is no product of Twilio's"):
        made.messaging.v1.services.list()
    assert dict(account.switchboard.unanswered) == before


def test_an_edge_and_a_region_lead_here_as_well(address: str) -> None:
    made = point_client_at(client(edge="sao-paulo", region="br1"), address)
    assert made.get_hostname("https://api.twilio.com/x") == "https://api.sao-paulo.br1.twilio.com/x"
    assert made.calls.list(limit=1) is not None


@pytest.mark.parametrize(
    "elsewhere", ["https://api.twilio.com", "http://10.0.0.1:5099", "127.0.0.1:5099", "http://example.com", ""]
)
def test_a_client_is_pointed_at_this_machine_only(elsewhere: str) -> None:
    with pytest.raises(ValueError, match="no address of this machine"):
        point_client_at(client(), elsewhere)


def test_no_proxy_is_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for http in (TwilioHttpClient(), TwilioHttpClient(pool_connections=False)):
        assert point_client_at(client(http_client=http), address).queues.list() == []
    own = TwilioHttpClient(proxy={"http": "http://127.0.0.1:9"})
    assert point_client_at(client(http_client=own), address).queues.list() == []


def test_a_client_is_pointed_anew_and_not_twice(address: str) -> None:
    account = Account(WebApp().page("/agent", ""))
    made = point_client_at(point_client_at(client(), address), rest_app(account.switchboard))
    made.queues.create(friendly_name="so-aqui")
    assert [queue.friendly_name for queue in account.client.queues.list()] == ["so-aqui"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the vendor's library gives aiohttp its password so
def test_an_asynchronous_client_is_pointed_as_well(address: str) -> None:
    async def ask() -> int:
        async with AsyncTwilioHttpClient() as http:
            made = point_client_at(client(http_client=http), address)
            with pytest.raises(TwilioException):
                await made.usage.records.list_async()
            return len(await made.queues.list_async())

    assert asyncio.run(ask()) == 0


def test_an_asynchronous_client_needs_an_address(account: Account) -> None:
    async def ask() -> None:
        async with AsyncTwilioHttpClient() as http:
            point_client_at(client(http_client=http), rest_app(account.switchboard))

    with pytest.raises(ValueError, match="give an address"):
        asyncio.run(ask())


def test_every_client_of_a_process_asks_the_stand_in_while_a_block_runs() -> None:
    account = Account(WebApp().page("/agent", ""))
    before = client()
    with every_client_at(rest_app(account.switchboard)):
        before.queues.create(friendly_name="antes")
        client().queues.create(friendly_name="dentro")
        with pytest.raises(ForeignHostError):
            before.request("GET", "https://example.com/")
    assert sorted(queue.friendly_name or "" for queue in account.client.queues.list()) == ["antes", "dentro"]
    assert TwilioHttpClient.request.__qualname__ == "TwilioHttpClient.request"


def test_the_query_is_kept_and_the_host_is_told() -> None:
    url = "https://lookups.twilio.com/v2/PhoneNumbers/%2B5511?Fields=a%20b"
    assert pointed(url, "http://127.0.0.1:5099") == (
        "http://127.0.0.1:5099/v2/PhoneNumbers/%2B5511?Fields=a%20b",
        "lookups.twilio.com",
    )
