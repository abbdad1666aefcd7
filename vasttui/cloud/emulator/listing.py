"""The list of instances, page by page, with its filters and tokens."""

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vasttui.cloud.emulator.rented import Rented
from vasttui.cloud.emulator.reply import Refused

PAGE = 25
DEFAULT_PAGE = 5


def listing(
    instances: Iterable[Rented], query: Mapping[str, str], show: Callable[[Rented], dict[str, Any]]
) -> dict[str, Any]:
    """The reply to a list request. Raises Refused for parameters that make no sense."""
    everyone = sorted(instances, key=lambda one: one.id)
    filters = _json(query.get("select_filters", "{}"), "select_filters")
    fitting = [one for one in everyone if _fits(column(one), filters)]
    after = _after(query.get("after_token", ""))
    rest = [one for one in fitting if one.id > after]
    limit = int(query.get("limit") or DEFAULT_PAGE)
    page = rest[: min(PAGE, limit if limit > 0 else DEFAULT_PAGE)]
    columns = _json(query.get("select_cols", "[]"), "select_cols")
    rows = [show(one) for one in page]
    more = len(rest) > len(page)
    return {
        "success": True,
        "instances_found": len(fitting),
        "total_instances": len(everyone),
        "label_counts": dict(Counter(one.label or "" for one in fitting)),
        "next_token": base64.urlsafe_b64encode(str(page[-1].id).encode()).decode() if more else None,
        "instances": [{name: row.get(name) for name in columns} for row in rows] if columns else rows,
    }


def column(one: Rented) -> dict[str, Any]:
    """What can be filtered by: only what is stored with the contract."""
    return {
        "id": one.id,
        "label": one.label,
        "actual_status": one.actual,
        "gpu_name": one.offer["gpu_name"],
        "verification": one.offer["verification"],
    }


def _fits(row: Mapping[str, Any], filters: Mapping[str, Mapping[str, Any]]) -> bool:
    for name, wants in filters.items():
        if name not in row:
            text = f"Error in query parameters: {name} is not a valid search key"
            raise Refused(400, "invalid_request", text)
        for op, want in wants.items():
            fits = row[name] in want if op in ("in", "notin") else row[name] == want
            if fits == (op in ("neq", "notin")):
                return False
    return True


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refused(400, "invalid_request", f"Error in query parameters: {name} is no JSON") from None


def _after(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token.encode())) if token else 0
    except ValueError:
        raise Refused(400, "invalid_token", "Invalid after_token") from None
