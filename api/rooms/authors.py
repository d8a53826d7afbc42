"""The names of those who drew a room's saved drawings, for its poster."""

from uuid import UUID

MAX_DRAWINGS = 1_000  # that a room remembers


class DrawingAuthors:
    """Who drew which drawing, and what they called themselves then, also after they have left."""

    def __init__(self) -> None:
        self._members: dict[UUID, str] = {}  # by drawing, in the order of saving
        self._names: dict[str, str] = {}  # by member

    def remember(self, drawing_id: UUID, member_id: str, name: str) -> None:
        """Remember whose drawing was saved; the oldest of too many are forgotten."""
        self._members[drawing_id] = member_id
        if len(self._members) > MAX_DRAWINGS:
            del self._members[next(iter(self._members))]
            known = set(self._members.values())
            self._names = {id: name for id, name in self._names.items() if id in known}
        self._names[member_id] = name

    def member_of(self, drawing_id: UUID) -> str:
        """Return the id of the member who drew this, "" if unknown."""
        return self._members.get(drawing_id, "")

    def name_of(self, drawing_id: UUID) -> str:
        """Return the name of the member who drew this, "" if unknown."""
        return self._names.get(self.member_of(drawing_id), "")
