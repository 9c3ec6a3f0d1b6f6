"""A real ticket catalogue, normalized: a schema of its own, rows per kind and seconds.

Run: ``python benchmarks/state/citm.py path/to/citm_catalog.json``.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from sfwnb.engine.state import Schema

CATALOGUE = Schema(
    {
        "Catalogue": {
            "events": ["Event"],
            "performances": ["Performance"],
            "topics": ["Topic"],
            "subTopics": ["SubTopic"],
            "seatCategories": ["SeatCategory"],
            "areas": ["Area"],
            "audiences": ["Audience"],
            "venues": {"*": "Venue"},
        },
        "Event": {"topicIds": ["Topic"], "subTopicIds": ["SubTopic"]},
        "Performance": {
            "eventId": "Event",
            "venueCode": "Venue",
            "prices": ["Price"],
            "seatCategories": ["Offer"],
        },
        "Price": {
            "id": ["performanceId", "seatCategoryId", "audienceSubCategoryId"],
            "seatCategory": "SeatCategory",
            "audience": "Audience",
        },
        "Offer": {
            "id": ["performanceId", "seatCategoryId"],
            "seatCategory": "SeatCategory",
            "areas": ["OfferedArea"],
        },
        "OfferedArea": {"id": ["performanceId", "seatCategoryId", "areaId"], "area": "Area"},
        "Topic": {"subTopicIds": ["SubTopic"]},
        "SubTopic": {},
        "SeatCategory": {},
        "Area": {},
        "Audience": {},
        "Venue": {"id": "code"},
    },
    name="catalogue",
)


def woven(raw: dict[str, Any]) -> dict[str, Any]:
    """The file as one nested document: composite ids in their records, names as records."""
    return {
        "id": "citm",
        "events": list(raw["events"].values()),
        "performances": [_performance(performance) for performance in raw["performances"]],
        "topics": [
            {"id": id, "name": name, "subTopicIds": raw["topicSubTopics"].get(id, [])}
            for id, name in raw["topicNames"].items()
        ],
        "subTopics": _named(raw["subTopicNames"]),
        "seatCategories": _named(raw["seatCategoryNames"]),
        "areas": _named(raw["areaNames"]),
        "audiences": _named(raw["audienceSubCategoryNames"]),
        "venues": {code: {"code": code, "name": n} for code, n in raw["venueNames"].items()},
    }


def _named(names: dict[str, str]) -> list[dict[str, Any]]:
    return [{"id": id, "name": name} for id, name in names.items()]


def _performance(performance: dict[str, Any]) -> dict[str, Any]:
    inside = {"performanceId": performance["id"]}
    prices = [
        {
            **inside,
            **price,
            "seatCategory": price["seatCategoryId"],
            "audience": price["audienceSubCategoryId"],
        }
        for price in performance["prices"]
    ]
    offers = [_offer(inside, offer) for offer in performance["seatCategories"]]
    return {**performance, "prices": prices, "seatCategories": offers}


def _offer(inside: dict[str, Any], offer: dict[str, Any]) -> dict[str, Any]:
    here = {**inside, "seatCategoryId": offer["seatCategoryId"]}
    areas = [{**here, **area, "area": area["areaId"]} for area in offer["areas"]]
    return {**here, "seatCategory": offer["seatCategoryId"], "areas": areas}


def report(file: Path) -> str:
    """Rows per kind and seconds, and whether all references hold and the way back is exact."""
    document = woven(json.loads(file.read_text()))
    times = []
    for _ in range(9):
        start = time.perf_counter()
        state = CATALOGUE.normalize(document, kind="Catalogue")
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    back = CATALOGUE.denormalize(state, "Catalogue", "citm")
    returned = time.perf_counter() - start
    problems = CATALOGUE.check(state)
    again = "the same" if CATALOGUE.normalize(back, kind="Catalogue") == state else "DIFFERENT"
    rows = [f"{kind:14} {len(table):7,}" for kind, table in state.items()]
    return "\n".join(
        (
            f"citm_catalog.json: {sum(map(len, state.values())):,} entities,"
            f" normalized in {sorted(times)[4]:.3f} s (median of 9), back in {returned:.3f} s",
            *rows,
            f"dangling references and other problems: {len(problems)}",
            f"normalized again from its nested form: {again}",
        )
    )


if __name__ == "__main__":
    print(report(Path(sys.argv[1])))
