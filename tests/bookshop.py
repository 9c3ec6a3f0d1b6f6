"""The one world of the tests and notebooks: a bookshop and its orders."""

from typing import Any

BOOKSHOP = {
    "Author": {"books": ["Book"]},
    "Book": {"author": "Author"},
    "Customer": {"orders": ["Order"]},
    "Order": {"customer": "Customer", "lines": ["Line"], "shipments": ["Shipment"]},
    "Line": {"book": "Book"},
    "Shipment": {"lines": ["Line"]},
}
"""Kind → relation → target kind; a list means many."""


def order(id: str = "o1") -> dict[str, Any]:
    """An order as an API would deliver it: nested, with everything that it refers to."""
    le_guin = {"id": "a1", "name": "Ursula K. Le Guin"}
    return {
        "id": id,
        "status": "open",
        "customer": {"id": "c1", "name": "Ann", "city": "Lisbon"},
        "lines": [
            {
                "id": f"{id}-1",
                "quantity": 2,
                "book": {"id": "b1", "title": "The Dispossessed", "price": 11.5, "author": le_guin},
            },
            {
                "id": f"{id}-2",
                "quantity": 1,
                "book": {
                    "id": "b2",
                    "title": "The Lathe of Heaven",
                    "price": 9.0,
                    "author": le_guin,
                },
            },
            {
                "id": f"{id}-3",
                "quantity": 1,
                "book": {
                    "id": "b3",
                    "title": "Invisible Cities",
                    "price": 10.0,
                    "author": {"id": "a2", "name": "Italo Calvino"},
                },
            },
        ],
        "shipments": [],
    }
