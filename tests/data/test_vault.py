from __future__ import annotations

import hashlib
import hmac
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError
from argon2.low_level import hash_secret
from hypothesis import given
from hypothesis import strategies as st

from data.company import COMPANY
from data.former_cipher import DecryptionError
from data.vault import PASSWORDS_AT_ONCE, Cost, Vault

KEY = b"k" * 32
CPF = "52998224725"


@pytest.mark.parametrize("written", ["11.222.333/0001-81", " 11222333000181 ", "11 222 333 0001 81"])
def test_a_document_has_one_seal_however_it_is_written(vault: Vault, written: str) -> None:
    assert vault.document_digest(written) == vault.document_digest("11222333000181")


def test_letters_of_a_document_are_the_same_small_or_capital(vault: Vault) -> None:
    assert vault.document_digest("12abc34501de35") == vault.document_digest("12.ABC.345/01DE-35")


@given(st.text("0123456789", min_size=11, max_size=14))
def test_a_seal_is_64_hex_digits_that_do_not_hold_the_document(document: str) -> None:
    digest = Vault(KEY, Cost.rehearsal()).document_digest(document)
    assert len(bytes.fromhex(digest)) == 32
    assert document not in digest


def test_a_seal_is_no_hash_that_could_be_made_without_the_key(vault: Vault) -> None:
    plain = {hashlib.new(name, CPF.encode()).hexdigest() for name in ("md5", "sha1", "sha256", "sha3_256", "blake2s")}
    plain.add(hmac.new(b"", CPF.encode(), hashlib.sha256).hexdigest())
    assert vault.document_digest(CPF) not in plain
    assert vault.document_digest(CPF) != Vault(KEY, Cost.rehearsal()).document_digest(CPF)


def test_a_document_with_letters_has_the_digest_of_the_keys_carrying_them(vault: Vault) -> None:
    assert vault.keypad_digest("12.ABC.345/01DE-35") == vault.document_digest("12222345013335")
    assert vault.keypad_digest("PQRSTUVWXYZ") == vault.document_digest("77778889999")


def test_without_letters_both_seals_are_equal(vault: Vault) -> None:
    assert vault.keypad_digest(CPF) == vault.document_digest(CPF)


def test_a_password_has_one_hash_within_a_company_and_another_elsewhere(vault: Vault) -> None:
    one, other = vault.document_digest("11222333000181"), vault.document_digest("11444777000161")
    assert vault.hash_password(one, "1234") == vault.hash_password(one, "1234")
    assert vault.hash_password(one, "1234") != vault.hash_password(other, "1234")
    assert vault.hash_password(one, "1234") != vault.hash_password(one, "1235")


def test_two_keys_share_no_hash_and_no_salt() -> None:
    one, other = Vault(b"1" * 32, Cost.rehearsal()), Vault(b"2" * 32, Cost.rehearsal())
    salts = {vault.hash_password("sealed", "1234").split("$")[4] for vault in (one, other)}
    assert len(salts) == 2


def test_the_hash_is_argon2id_and_cannot_be_tried_without_the_key(vault: Vault) -> None:
    encoded = vault.hash_password(vault.document_digest(CPF), "9630")
    assert encoded.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    with pytest.raises(Exception, match="does not match"):
        PasswordHasher().verify(encoded, "9630")


def test_production_hashes_cost_what_owasp_asks_for() -> None:
    encoded = Vault(KEY, Cost.production()).hash_password("sealed", "1234")
    assert "$m=19456,t=2,p=1$" in encoded
    assert Cost.of(encoded) == Cost.production()


def test_the_cost_of_what_is_no_hash_is_refused() -> None:
    with pytest.raises(InvalidHashError):
        Cost.of("1234")


def test_a_vault_shows_its_cost_and_never_its_key() -> None:
    shown = repr(Vault(KEY, Cost.rehearsal()))
    assert shown == "Vault(cost=Cost(memory_kib=8, iterations=1, parallelism=1))"


def test_a_short_key_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError, match="has 6 bytes; give it at least 16") as caught:
        Vault(b"canary", Cost.rehearsal())
    assert "canary" not in str(caught.value)


@given(st.text(max_size=200), st.text(max_size=30))
def test_an_encrypted_text_is_decrypted_in_its_context(text: str, context: str) -> None:
    vault = Vault(KEY, Cost.rehearsal())
    assert vault.decrypt(vault.encrypt(text, context), context) == text
    assert vault.encrypt(text, context) == vault.encrypt(text, context)


def test_no_other_key_context_or_changed_text_decrypts(vault: Vault) -> None:
    encrypted = vault.encrypt("12ABC34501DE35", "digest")
    other = Vault(b"2" * 32, Cost.rehearsal())
    changed = encrypted[:4] + ("B" if encrypted[4] == "A" else "A") + encrypted[5:]
    for reader, text, context in (
        (other, encrypted, "digest"),
        (vault, encrypted, "diges"),
        (vault, changed, "digest"),
        (vault, encrypted[:8], "digest"),
        (vault, encrypted.removeprefix("siv:"), "digest"),
        (vault, "siv:é", "digest"),
        (vault, "", "digest"),
        (vault, "é", "digest"),
    ):
        with pytest.raises(DecryptionError, match="cannot be read: IVR_SECRET_KEY is another one, or the text was"):
            reader.decrypt(text, context)


def test_equal_texts_of_two_contexts_do_not_look_alike(vault: Vault) -> None:
    assert vault.encrypt("text", "one")[-8:] != vault.encrypt("text", "two")[-8:]


def test_an_encrypted_document_fits_its_column(vault: Vault) -> None:
    assert len(vault.encrypt("12ABC34501DE35", "digest")) <= getattr(COMPANY.c.lettered.type, "length", 0)


def test_a_text_of_the_release_before_is_decrypted() -> None:
    """``12ABC34501DE35`` as the release before AES-SIV encrypted it with this key."""
    former = "G6QjC0wajKrS+HlYUu0VxhFcOBxWcFCxijUI3Q9N189umWBMeBdJhV1/8qEdiw=="
    vault = Vault(KEY, Cost.rehearsal())
    assert vault.decrypt(former, "digest") == "12ABC34501DE35"
    for text, context in ((former, "diges"), ("A" + former[1:], "digest"), (former[:-4], "digest")):
        with pytest.raises(DecryptionError):
            vault.decrypt(text, context)


def test_no_more_passwords_are_computed_at_once_than_leave_a_processor(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    present, most = 0, 0
    counting = threading.Lock()

    def watch(**options: Any) -> bytes:
        nonlocal present, most
        with counting:
            present += 1
            most = max(most, present)
        time.sleep(0.01)
        with counting:
            present -= 1
        return hash_secret(**options)

    monkeypatch.setattr("data.vault.hash_secret", watch)
    with ThreadPoolExecutor(2 * PASSWORDS_AT_ONCE + 2) as threads:
        asked = range(3 * PASSWORDS_AT_ONCE + 3)
        hashes = list(threads.map(lambda number: vault.hash_password("0" * 64, str(number)), asked))
    assert len(set(hashes)) == len(hashes)
    assert most == PASSWORDS_AT_ONCE
