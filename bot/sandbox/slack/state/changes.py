"""The bell of one Slack, which also counts: a page that asks for changes says up to which it has seen."""

from bot.sandbox.bell import Bell


class Changes(Bell):
    """Wakes those who wait for a change, and numbers the changes."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        """How many changes there have been."""

    def ring(self) -> None:
        """Say that something changed."""
        self.number += 1
        super().ring()

    async def after(self, number: int, *, within_s: float) -> int:
        """Wait until there have been more than `number` changes, or the time is over, and say how many there were."""
        if self.number <= number:
            await self.heard(within_s=within_s)
        return self.number
