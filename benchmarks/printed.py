"""How the measurements are printed, and what a load is."""

from dataclasses import dataclass

from benchmarks.measured import Cost


@dataclass(frozen=True, slots=True)
class Load:
    """What is pulled: how many leads, in how many forms, how many a page, how far away (s)."""

    leads: int
    forms: int
    limit: int
    latency: float = 0.0
    connections: int = 8


def heading(text: str) -> None:
    """Begin a part."""
    print(f"\n{text}\n{'-' * len(text)}")


def show(name: str, cost: Cost, load: Load) -> None:
    """Print one line."""
    print(f"  {name:<38} {cost}  {load.leads / cost.wall:8,.0f} leads/s", flush=True)


def against(what: str, value: float, budget: float) -> None:
    """Print a figure beside its budget."""
    mark = "within" if value <= budget else "OVER"
    print(f"  {what}: {value:.2f}, {mark} the budget of {budget:g}")
