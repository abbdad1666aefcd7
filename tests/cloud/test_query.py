"""The query language: what the official command line understands, and the sizes that it gets wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.cloud.errors import QueryError
from vasttui.cloud.query import parse_order, parse_query

DEFAULTS = {"verified": {"eq": True}, "external": {"eq": False}, "rentable": {"eq": True}}
# gpu_ram as listed, by the size on the box.
CARDS = {11: 11264, 12: 12288, 16: 16376, 22: 22528, 24: 24564, 32: 32607, 40: 40960, 48: 46068, 80: 81559}


def filters(text: str) -> dict[str, Any]:
    return parse_query(text, defaults=False).filters()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("num_gpus=1", {"num_gpus": {"eq": 1}}),
        ("num_gpus == 1", {"num_gpus": {"eq": 1}}),
        ("num_gpus eq 1", {"num_gpus": {"eq": 1}}),
        ("num_gpus>=2 num_gpus<8", {"num_gpus": {"gte": 2, "lt": 8}}),
        ("num_gpus>=2 num_gpus>=4", {"num_gpus": {"gte": 4}}),
        ("reliability > 0.98", {"reliability": {"gt": 0.98}}),
        ("gpu_name=RTX_4090", {"gpu_name": {"eq": "RTX 4090"}}),
        ('gpu_name in [RTX_4090,"RTX 3090"]', {"gpu_name": {"in": ["RTX 4090", "RTX 3090"]}}),
        ("geolocation notin [CN,VN]", {"geolocation": {"notin": ["CN", "VN"]}}),
        ("geolocation not in [CN]", {"geolocation": {"notin": ["CN"]}}),
        ("dph<0.5", {"dph_total": {"lt": 0.5}}),
        ("cuda_vers>=12.4", {"cuda_max_good": {"gte": 12.4}}),
        ("duration>2", {"duration": {"gt": 172800}}),
        ("driver_version>=535.86.05", {"driver_version": {"gte": 535086005}}),
        ("static_ip=true datacenter=False", {"static_ip": {"eq": True}, "datacenter": {"eq": False}}),
        ("cluster_id=null", {"cluster_id": {"eq": None}}),
    ],
)
def test_queries_mean_what_they_mean_to_the_official_command_line(text: str, sent: dict[str, Any]) -> None:
    assert filters(text) == sent


def test_without_a_word_only_verified_rentable_machines_are_searched() -> None:
    assert parse_query("").filters() == DEFAULTS


def test_any_takes_a_default_off() -> None:
    assert "verified" not in parse_query("verified=any").filters()


@pytest.mark.parametrize(
    "text", ["gpu_ram>=24", "gpu_ram>=24GB", "gpu_ram >= 24 GB", "gpu_ram=24", "gpu_ram<=24"]
)
def test_24_gb_finds_an_rtx_4090(text: str) -> None:
    assert parse_query(text).admits({"gpu_ram": 24564})


@pytest.mark.parametrize("size", CARDS)
def test_a_size_finds_the_cards_of_that_size_and_no_other(size: int) -> None:
    query = parse_query(f"gpu_ram={size}")
    assert [gb for gb, mib in CARDS.items() if query.admits({"gpu_ram": mib})] == [size]


@pytest.mark.parametrize("size", CARDS)
def test_at_least_a_size_finds_that_size_and_all_above(size: int) -> None:
    query = parse_query(f"gpu_ram>={size}")
    assert [gb for gb, mib in CARDS.items() if query.admits({"gpu_ram": mib})] == [
        gb for gb in CARDS if gb >= size
    ]


@pytest.mark.parametrize("size", CARDS)
def test_what_is_sent_never_hides_a_card_that_is_meant(size: int) -> None:
    sent = filters(f"gpu_ram={size}")["gpu_ram"]
    assert sent["gte"] <= CARDS[size] <= sent["lte"]


def test_a_list_of_sizes_is_sent_as_their_span_and_looked_at_again_here() -> None:
    query = parse_query("gpu_ram in [24,48]")
    assert query.filters()["gpu_ram"] == {"gte": 22609, "lte": 49152}
    assert [gb for gb, mib in CARDS.items() if query.admits({"gpu_ram": mib})] == [24, 48]


def test_mib_are_taken_as_they_are() -> None:
    assert filters("gpu_ram>=24564MiB") == {"gpu_ram": {"gte": 24564}}
    assert filters("gpu_ram>=24000") == {"gpu_ram": {"gte": 24000}}


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("reliability>=98%", {"reliability": {"gte": 0.98}}),
        ("duration>=36h", {"duration": {"gte": 129600}}),
        ("duration >= 3 days", {"duration": {"gte": 259200}}),
        ("disk_space>=1TB", {"disk_space": {"gte": 1000}}),
        ("dph<=$0.4/h", {"dph_total": {"lte": 0.4}}),
        ("inet_down>=1gbps", {"inet_down": {"gte": 1000}}),
        ("compute_cap>=8.9", {"compute_cap": {"gte": 890}}),
        (
            "num_gpus=1, gpu_name='RTX 4090' and dph<1",
            {"num_gpus": {"eq": 1}, "gpu_name": {"eq": "RTX 4090"}, "dph_total": {"lt": 1}},
        ),
    ],
)
def test_units_and_punctuation_are_understood(text: str, sent: dict[str, Any]) -> None:
    assert filters(text) == sent


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("gpu_rma>=24", "unknown field 'gpu_rma'", "gpu_ram"),
        ("price<1", "unknown field 'price'", ""),
        ("gpu_ram", "gpu_ram: an operator is missing", ""),
        ("gpu_ram=>24", "gpu_ram: unknown operator '=>'", ">="),
        ("gpu_ram>=", "gpu_ram: a value is missing", ""),
        ("gpu_ram>=lots", "gpu_ram: 'lots' is no figure", "gpu_ram>=24"),
        ("num_gpus=2GB", "num_gpus: the unit", ""),
        ("reliability>98", "reliability: goes from 0 to 1", "98%"),
        ("verified=maybe", "verified: 'maybe'", "true"),
        ("gpu_name=[a,b]", "gpu_name: a list", "in"),
        ("gpu_name in []", "gpu_name: a value is missing", ""),
        ("driver_version>=new", "driver_version: 'new'", "535"),
        ("num_gpus>any", "only makes sense with =", "any"),
        (">=24", "a field is wanted", ""),
    ],
)
def test_a_query_that_is_wrong_names_the_field_and_what_was_meant(text: str, says: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert says in str(caught.value)
    assert hint in caught.value.hint


def test_what_is_not_listed_is_not_held_against_an_offer() -> None:
    assert parse_query("gpu_ram>=24 reliability>0.9").admits({"gpu_ram": None})


def test_an_offer_the_market_should_not_have_listed_is_seen() -> None:
    assert not parse_query("dph<0.5").admits({"dph_total": 0.6})
    assert not parse_query("geolocation notin [CN]").admits({"geolocation": "Hunan, CN"})
    assert not parse_query("reliability>0.98").admits({"reliability2": 0.9})


def test_an_order_is_read_with_its_directions_and_other_names() -> None:
    assert parse_order("dph,reliability-,+num_gpus") == [
        ["dph_total", "asc"],
        ["reliability", "desc"],
        ["num_gpus", "asc"],
    ]


@given(st.text(max_size=80))
def test_any_text_is_understood_or_refused_in_one_line(text: str) -> None:
    said = ""
    try:
        parse_query(text).filters()
    except QueryError as error:
        said = str(error)
    assert "\n" not in said


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["num_gpus", "gpu_ram", "dph", "gpu_name", "reliability", "verified", "cpu_ram"]),
            st.sampled_from(["=", "!=", ">", ">=", "<", "<=", " in ", " notin "]),
            st.sampled_from(["1", "0.5", "24", "any", "RTX_4090", "[1,0.5]", "true", "null", "24GB"]),
        ),
        max_size=5,
    )
)
def test_what_is_understood_can_be_sent_and_looked_at(clauses: list[tuple[str, str, str]]) -> None:
    text = " ".join("".join(clause) for clause in clauses)
    try:
        query = parse_query(text)
    except QueryError:
        return
    for wants in query.filters().values():
        assert set(wants) <= {"eq", "neq", "gt", "gte", "lt", "lte", "in", "notin"}
    query.admits(
        {"num_gpus": 1, "gpu_ram": 24564, "dph_total": 0.3, "gpu_name": "RTX 4090", "reliability": 0.99}
    )
