"""Codes that prove an address, and links that are good once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from efi.accounts import codes, links
from efi.domain.context import Context
from efi.domain.errors import NotFound
from efi.log.event_store import now
from efi.writing.unit import Unit, working

pytestmark = pytest.mark.usefixtures("restarted")

ANNA = "anna@people.example"


def asked(purpose="sign_up", about=None):
    """A proof and its code."""
    proof_id = codes.ask(purpose, ANNA, about)
    return proof_id, codes.draw(proof_id)


def proven(proof_id, code, purpose="sign_up"):
    return codes.prove(purpose, proof_id, code)


def other(code):
    return f"{(int(code) + 1) % 10**6:06}"


def taken(proof_id):
    drawn = uuid4()
    with working(Unit(context=Context(command_id=drawn, actor="anna", at=now(), correlation_id=drawn))):
        return codes.take(proof_id)


def test_the_right_code_proves_an_address_and_takes_what_it_is_for():
    proof_id, code = asked(about={"name": "Anna"})
    assert proven(proof_id, code)
    assert (taken(proof_id).address, codes.look(proof_id)) == (ANNA, None)


def test_a_code_is_typed_with_what_belongs_to_no_code_too():
    proof_id, code = asked()
    assert proven(proof_id, f" {code[:3]} {code[3:]}\n")


def test_a_code_of_another_purpose_or_another_proof_is_wrong():
    (proof_id, code), (other_id, _) = asked(), asked()
    assert not proven(proof_id, code, "change_of_address")
    assert not proven(other_id, code)


def test_the_fifth_wrong_code_is_the_last():
    proof_id, code = asked()
    assert not any(proven(proof_id, other(code)) for _ in range(4))
    assert proven(proof_id, code)
    proof_id, code = asked()
    assert not any(proven(proof_id, other(code)) for _ in range(5))
    assert not proven(proof_id, code)


def test_another_code_has_five_tries_and_ten_minutes_of_its_own():
    proof_id, code = asked()
    for _ in range(5):
        proven(proof_id, other(code))
    codes.proofs().update_one({"_id": proof_id}, {"$set": {"gone_after": now() + timedelta(minutes=1)}})
    code = codes.draw(proof_id)
    assert codes.proofs().find_one()["gone_after"] - now() > timedelta(minutes=9)
    assert proven(proof_id, code)


def test_nothing_is_right_before_a_code_is_drawn():
    proof_id = codes.ask("sign_up", ANNA)
    assert not any(proven(proof_id, code) for code in ("", "000000"))


def test_a_code_is_good_for_ten_minutes():
    proof_id, code = asked()
    codes.proofs().update_one({"_id": proof_id}, {"$set": {"gone_after": now()}})
    assert not proven(proof_id, code)


@pytest.mark.parametrize("kept", [codes, links])
def test_the_store_deletes_what_has_ended(kept):
    kept.ensure_indexes()
    of_it = codes.proofs() if kept is codes else links.links()
    assert of_it.index_information()["gone_after_1"]["expireAfterSeconds"] == 0


def test_a_proof_that_somebody_else_has_begun_does_not_replace_ones_own():
    (mine, code), (_, theirs) = asked(), asked()
    assert proven(mine, code)
    assert not proven(mine, theirs)


def test_what_was_not_proven_is_not_taken():
    proof_id, _ = asked()
    with pytest.raises(NotFound):
        taken(proof_id)


def test_neither_code_nor_address_is_kept_in_clear():
    _, code = asked(about={"name": "Anna Alleyne"})
    kept = str(list(codes.proofs().find()))
    assert not any(word in kept for word in (code, ANNA, "Alleyne"))


def taken_away(token, purpose="reset"):
    try:
        links.take(links.key_of(purpose, token))
    except NotFound:
        return False
    return True


def test_of_six_who_use_a_link_at_once_one_does():
    token = links.make("reset", uuid4(), ANNA)
    with ThreadPoolExecutor(6) as six:
        used = list(six.map(lambda _: taken_away(token), range(6)))
    assert used.count(True) == 1


def test_a_link_is_looked_at_as_often_as_one_likes():
    token = links.make("reset", uuid4(), ANNA)
    assert all(links.find("reset", token) for _ in range(10))
    assert taken_away(token)
    assert links.find("reset", token) is None


def test_a_link_is_good_for_one_purpose_one_hour_and_the_name_that_the_account_had():
    token = links.make("reset", uuid4(), ANNA)
    assert not taken_away(token, "invitation")
    assert not links.find("reset", token).is_for("joan@people.example")
    links.links().update_many({}, {"$set": {"gone_after": now() - timedelta(seconds=1)}})
    assert not taken_away(token)


def test_the_links_of_an_account_are_void_at_once():
    account = uuid4()
    tokens = [links.make("reset", account, ANNA) for _ in range(2)]
    links.void(account)
    assert [links.find("reset", token) for token in tokens] == [None, None]


def test_a_token_is_not_kept():
    token = links.make("reset", uuid4(), ANNA)
    assert token not in str(list(links.links().find()))


def test_links_lead_where_the_settings_say(settings):
    settings.EFI_PUBLIC_URL = "https://shop.example"
    assert links.address_of("/account/reset/x") == "https://shop.example/account/reset/x"
