"""Which route an edit is reviewed by, and what names come to mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.core.permission import Policy
from bot.core.routing import Match, Route, Routes
from bot.core.schedule import Schedule
from tests.make import make_job

NINE, TEN = Schedule(time(9), ZoneInfo("UTC")), Schedule(time(10), ZoneInfo("UTC"))
CONTRACTS = Route(Match(document="contract*.docx"), channel="C0LEGAL", approvals=2)
SALES = Route(Match(session="sales-*", channel="C0SALES"), reviewers=("U0BOB",))
REST = Route(mention=("U0CAROL",))
ROUTES = Routes((CONTRACTS, SALES, REST))


@pytest.mark.parametrize(
    ("session", "document", "channel", "route"),
    [
        ("s", "contract 7.docx", "C0ANY", CONTRACTS),
        ("sales-1", "contract 7.docx", "C0SALES", CONTRACTS),
        ("sales-1", "offer.docx", "C0SALES", SALES),
        ("sales-1", "offer.docx", "C0OTHER", REST),
        ("other", "offer.docx", "C0SALES", REST),
        ("s", "Contract 7.docx", "C0ANY", REST),
        ("s", "", "C0ANY", REST),
    ],
)
def test_the_first_route_that_fits_in_everything_counts(session, document, channel, route):
    """Every pattern must fit, case counts, and order decides between several."""
    assert ROUTES.find(session, document, channel) is route


def test_a_job_s_route_follows_from_its_record_alone():
    """Asked again with another record, the answer may be another: nothing is remembered."""
    job = make_job(document="contract.docx")
    assert ROUTES.of(job) is CONTRACTS
    assert ROUTES.of(replace(job, document="letter.docx")) is REST


def test_a_job_that_had_to_move_keeps_the_rules_of_its_channel():
    """Archiving a channel does not loosen what is demanded there."""
    moved = make_job(session_id="sales-1", channel="D0REQ", moved_from="C0SALES", document="offer.docx")
    assert ROUTES.of(moved) is SALES


def test_what_no_route_is_for_is_closed():
    """It does not fall to weaker rules: nobody may decide it."""
    nowhere = Routes((CONTRACTS,)).find("s", "letter.docx", "C0LEGAL")
    assert "No route" in nowhere.closed
    assert nowhere.policy.closed == nowhere.closed


def test_without_a_file_everything_is_for_the_channel_s_members():
    """As it was before there were routes."""
    assert Routes().of(make_job()).policy == Policy()


def test_a_policy_tells_people_from_groups():
    """By their ids."""
    route = Route(reviewers=("U0BOB", "S0LEGAL", "W0EVE"), approvals=3, own_edits=False)
    assert route.policy == Policy(frozenset({"U0BOB", "W0EVE"}), frozenset({"S0LEGAL"}), 3, own_edits=False)


def test_names_give_way_to_ids():
    """Everywhere in a route; what is an id already stays."""
    route = Route(
        Match(channel="#in"), "", ("@carol", "U0BOB", "@legal"), mention=("@legal", "S0LEGAL"), schedule=NINE
    )
    assert route.named == ("#in", "@carol", "U0BOB", "@legal", "S0LEGAL")
    ids = {"#in": "C0IN", "@carol": "U0CAROL", "@legal": "S0LEGAL"}
    assert route.bound(ids) == Route(
        Match(channel="C0IN"), "", ("U0CAROL", "U0BOB", "S0LEGAL"), mention=("S0LEGAL",), schedule=NINE
    )
    assert Route(channel="#out").bound({"#out": "C0OUT"}).channel == "C0OUT"


@pytest.mark.parametrize(
    "route",
    [
        Route(reviewers=("@gone", "U0BOB")),
        Route(channel="#gone"),
        Route(mention=("@gone",)),
        Route(Match(channel="#gone")),
    ],
)
def test_a_route_with_a_name_that_means_nothing_is_closed(route):
    """It is not taken for one without that name, which would let others decide; and it does not step aside either."""
    routes = Routes((route, Route())).bound({})
    found = routes.of(make_job())
    assert "gone" in found.closed
    assert found.policy.closed
    assert routes.schedules == {}


def test_patterns_of_channels_are_no_names():
    """Ids can be matched by patterns, and nothing is looked up for these."""
    route = Route(Match(channel="D*"))
    assert route.named == ()
    assert (route.bound({}).closed, route.place) == ("", "")
    assert Routes((route,)).find("s", "d", "D0REQ") is route


def test_a_channel_s_digest_is_that_of_the_first_route_that_says_so():
    """Whether the route is matched by the channel or leads to it."""
    routes = Routes(
        (
            Route(Match(document="a"), channel="C0A"),
            Route(Match(document="b"), channel="C0A", schedule=NINE),
            Route(Match(document="c"), channel="C0A", schedule=TEN),
            Route(Match(channel="C0B"), schedule=TEN),
        )
    )
    assert routes.schedules == {"C0A": NINE, "C0B": TEN}


def test_all_names_of_all_routes_are_listed_once():
    """So that each is looked up once."""
    routes = Routes((Route(channel="#a", reviewers=("@x",)), Route(channel="#a", mention=("@x", "@y"))))
    assert tuple(routes.named) == ("#a", "@x", "@y")
