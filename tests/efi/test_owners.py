"""Commands that somebody gives as the owner of what they change: their own, and no other's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from efi.domain.aggregate import Aggregate
from efi.domain.context import Context
from efi.domain.errors import NotFound, Rejected
from efi.domain.events import Event
from efi.http import permissions
from efi.http.permissions import may_give, owner_who_gives
from efi.writing.repository import Repository
from efi.writing.unit import Unit, working
from tavern.commands.kegs import RepriceKeg
from tests.given import NOW, identity

ANA, BEN, DIARY = identity("ana"), identity("ben"), identity("diary")
BY_STAFF = Context(command_id=identity("command"), actor="staff", at=NOW, correlation_id=identity("command"))
BY_ANA, BY_BEN = (replace(BY_STAFF, actor=str(owner), owner=owner) for owner in (ANA, BEN))


@dataclass(kw_only=True)
class Diary(Aggregate):
    """Somebody's own, once it was begun."""

    kind = "diary"
    writer: UUID | None = None

    @property
    def owner(self) -> UUID | None:
        return self.writer

    def begin(self, writer: UUID) -> None:
        self.writer = writer
        self.record(Event())

    def evolve(self, event: Event) -> None:
        """What is written in it is of no matter here."""


@dataclass(kw_only=True)
class Guestbook(Aggregate):
    """Nobody's own."""

    kind = "guestbook"

    def evolve(self, event: Event) -> None:
        """As above."""


class Shelf(Repository):
    """Holds one aggregate, whatever is asked for."""

    def __init__(self, held: Aggregate) -> None:
        super().__init__(type(held))
        self.held = held

    def load(self, *_: object, **__: object) -> Aggregate:
        return self.held


def anas() -> Shelf:
    return Shelf(Diary(id=DIARY, version=1, writer=ANA))


def empty() -> Shelf:
    return Shelf(Diary(id=DIARY))


def written(aggregate: Aggregate) -> Aggregate:
    aggregate.record(Event())
    return aggregate


@contextmanager
def given(context: Context) -> Iterator[Unit]:
    with working(Unit(context=context, may_remember=False)) as unit:
        yield unit


class TestWhatIsThereAlready:
    def test_is_lent_to_its_owner(self):
        with given(BY_ANA), anas().existing(DIARY) as diary:
            assert diary.owner == ANA

    def test_is_lent_to_whom_a_permission_lets(self):
        with given(BY_STAFF), anas().existing(DIARY) as diary:
            assert diary.owner == ANA

    @pytest.mark.parametrize("way", ["existing", "opened"])
    def test_is_to_everybody_else_as_if_it_were_not_there(self, way):
        with given(BY_ANA), pytest.raises(NotFound) as missing, empty().existing(DIARY):
            pass
        with given(BY_BEN), pytest.raises(NotFound) as refused, getattr(anas(), way)(DIARY):
            pass
        assert str(refused.value) == str(missing.value) == f"there is no diary {DIARY}"

    def test_is_not_even_looked_at_by_another(self):
        with given(BY_BEN), pytest.raises(NotFound):
            anas().must_exist(DIARY)

    def test_is_looked_at_by_owners_where_it_is_nobodys(self):
        with given(BY_BEN):
            assert Shelf(Guestbook(version=1)).must_exist(DIARY)

    def test_is_changed_by_an_owner_beside_what_is_theirs_where_it_is_nobodys(self):
        with given(BY_ANA) as unit:
            unit.borrowed = [written(Diary(writer=ANA)), written(Guestbook())]
            unit.must_change_its_givers()

    def test_is_never_changed_by_an_owner_alone_where_it_is_nobodys(self):
        with given(BY_ANA) as unit:
            unit.borrowed = [written(Guestbook())]
            with pytest.raises(LookupError, match="nothing that an owner changes here is theirs"):
                unit.must_change_its_givers()

    def test_is_another_s_to_change_for_a_command_that_is_carried_out_within(self):
        with given(BY_BEN.carrying_out("a payment")), anas().existing(DIARY) as diary:
            assert diary.owner == ANA


class TestWhatIsMade:
    @pytest.mark.parametrize("way", ["new", "opened"])
    def test_is_made_by_an_owner_for_themselves(self, way):
        with given(BY_ANA) as unit, getattr(empty(), way)(DIARY) as diary:
            diary.begin(ANA)
        assert unit.changed == [diary]

    @pytest.mark.parametrize("way", ["new", "opened"])
    def test_is_not_made_by_an_owner_for_another(self, way):
        with given(BY_BEN), pytest.raises(Rejected, match="for oneself alone"), getattr(empty(), way)(DIARY) as diary:
            diary.begin(ANA)

    def test_is_made_for_anybody_by_whom_a_permission_lets(self):
        with given(BY_STAFF) as unit, empty().new(DIARY) as diary:
            diary.begin(ANA)
        assert unit.changed == [diary]


@dataclass(frozen=True)
class Account:
    """As Django knows somebody."""

    pk: UUID
    held: tuple[str, ...] = ()
    is_active: bool = True

    def has_perm(self, name: str) -> bool:
        return self.is_active and name in self.held


class TestWhoGivesIt:
    @pytest.fixture(autouse=True)
    def granted_to_owners(self, monkeypatch):
        monkeypatch.setattr(permissions, "OWNERS", {RepriceKeg})

    def test_is_an_owner_where_no_permission_lets_them(self):
        assert owner_who_gives(Account(ANA), RepriceKeg) == ANA

    def test_is_no_owner_where_a_permission_lets_them(self):
        assert owner_who_gives(Account(ANA, held=("tavern.reprice_keg",)), RepriceKeg) is None

    def test_is_nobody_whose_account_was_closed(self):
        assert not may_give(Account(ANA, is_active=False), RepriceKeg)

    def test_is_nobody_without_a_permission_where_it_is_not_granted_to_owners(self, monkeypatch):
        monkeypatch.setattr(permissions, "OWNERS", set())
        with pytest.raises(PermissionDenied, match="not allowed to reprice_keg"):
            owner_who_gives(Account(ANA), RepriceKeg)
