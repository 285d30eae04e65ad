"""The one task: to answer a bell."""

from efi import catching_up, generations
from efi.celery import app


@app.task(ignore_result=True)  # type: ignore[untyped-decorator] # Celery has no types
def catch_up(read_model: str, bells: dict[str, int]) -> None:
    """`bells`: the version that each of these streams has reached."""
    catching_up.catch_up(generations.live(read_model), bells)
