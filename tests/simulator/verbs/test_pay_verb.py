"""<Pay>: what callers hear and key at each step, what is wrong with an entry, and what the application is told.

Source: Twilio's pages on <Pay> and <Prompt>.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.testing import Telephone, dialogue
from tests.webapps import WebApp, call, codes, events, said

CARD = "4242424242424242"
OF_A_PAYMENT = {"Res", "Pay", "Exp", "Sec", "Ban", "Pro", "Con"}
"""How the names of the fields begin that a payment's action hears of."""

KEYS = (steps.Press(f"{CARD}#"), steps.Press("1228"), steps.Press("123"), steps.Press("94109#"))


def app(pay: str = "<Pay action='/paid'/>") -> WebApp:
    return WebApp().page("/voice", pay).page("/paid", "<Say>obrigado</Say>").page("/told", "")


def result(played: WebApp) -> dict[str, str]:
    (told,) = played.to("/paid")
    return {
        name: value
        for name, value in told.form.items()
        if name[:3] in {"Res", "Pay", "Exp", "Sec", "Ban", "Pro", "Con"}
    }


def paid(pay: str, *planned: Any) -> dict[str, str]:
    played = app(pay)
    transcript = call(played, *planned)
    assert (transcript.failures, transcript.status) == ([], "completed")
    return result(played)


def test_a_card_is_charged_and_the_action_is_told_with_marks() -> None:
    told = paid("<Pay action='/paid' chargeAmount='20.45'/>", *KEYS)
    assert told.pop("PaymentConfirmationCode").startswith("ch_")
    assert told == {
        "Result": "success",
        "PaymentMethod": "credit-card",
        "PaymentCardNumber": "xxxx-xxxx-xxxx-4242",
        "PaymentCardType": "visa",
        "ExpirationDate": "1228",
        "SecurityCode": "***",
        "PaymentCardPostalCode": "94109",
    }


def test_without_an_amount_a_token_is_made_and_the_action_is_next() -> None:
    played = app("<Pay action='/paid' chargeAmount='0'/>")
    transcript = call(played, *KEYS)
    assert result(played)["PaymentToken"].startswith("tok_")
    assert result(played)["ProfileId"].startswith("cus_")
    assert "PaymentConfirmationCode" not in result(played)
    assert said(transcript)[-1] == "obrigado"


@pytest.mark.parametrize(("kind", "prefix", "profile"), [("one-time", "tok_", False), ("payment-method", "pm_", True)])
def test_a_token_is_of_the_type_that_was_asked_for(kind: str, prefix: str, profile: bool) -> None:
    told = paid(f"<Pay action='/paid' tokenType='{kind}'/>", *KEYS)
    assert (told["PaymentToken"][:4].startswith(prefix[:3]), "ProfileId" in told) == (True, profile)


def test_an_american_express_has_groups_and_a_code_of_its_own() -> None:
    keys = (steps.Press("378282246310005#"), steps.Press("0127"), steps.Press("1234"), steps.Press("94109#"))
    told = paid("<Pay action='/paid'/>", *keys)
    assert (told["PaymentCardNumber"], told["SecurityCode"]) == ("xxxx-xxxxxx-x0005", "****")


def test_only_what_is_asked_for_is_asked() -> None:
    told = paid("<Pay action='/paid' securityCode='false' postalCode='false'/>", *KEYS[:2])
    assert "SecurityCode" not in told
    assert "PaymentCardPostalCode" not in told
    assert paid("<Pay action='/paid' postalCode='95105'/>", *KEYS[:3])["PaymentCardPostalCode"] == "95105"


def test_a_bank_account_is_told_with_its_last_two_digits() -> None:
    pay = "<Pay action='/paid' paymentMethod='ach-debit' bankAccountType='consumer-savings' chargeAmount='13.22'/>"
    told = paid(pay, steps.Press("121181976"), steps.Press("508862392#"))
    assert told.pop("PaymentConfirmationCode")
    assert told == {
        "Result": "success",
        "PaymentMethod": "ach-debit",
        "BankRoutingNumber": "121181976",
        "BankAccountNumber": "*******92",
        "BankAccountType": "consumer-savings",
    }


@pytest.mark.parametrize(
    ("planned", "error"),
    [
        ([steps.Silent()], "input-timeout"),
        ([steps.Press("4242424242424241#")], "invalid-card-number"),
        ([steps.Press("4242#")], "invalid-card-number"),
        ([steps.Press("6011111111111117#")], "invalid-card-type"),
        ([KEYS[0], steps.Press("1328")], "invalid-date"),
        ([KEYS[0], steps.Press("0226")], "invalid-date"),
        ([KEYS[0], steps.Press("12#")], "invalid-date"),
        ([*KEYS[:2], steps.Press("12#")], "invalid-security-code"),
        ([*KEYS[:3], steps.Press("941#")], "invalid-postal-code"),
    ],
)
def test_a_wrong_entry_is_told_and_asked_for_once_more(planned: list[Any], error: str) -> None:
    pay = "<Pay action='/paid' statusCallback='/told' minPostalCodeLength='5'/>"
    played = app(pay)
    transcript = call(played, *planned, steps.Pay("caller-interrupted-with-star"))
    again = [one.form for one in played.to("/told") if "ErrorType" in one.form]
    assert [(one["ErrorType"], one["Attempt"]) for one in again] == [(error, "2")]
    assert [event["error"] for event in events(transcript, "pay_error")] == [error]


def test_this_month_is_not_over() -> None:
    assert paid("<Pay action='/paid'/>", KEYS[0], steps.Press("0326"), *KEYS[2:])["Result"] == "success"


@pytest.mark.parametrize(("most", "asked"), [("", 2), ("maxAttempts='1'", 2), ("maxAttempts='3'", 4)])
def test_an_entry_that_fails_too_often_ends_the_payment(most: str, asked: int) -> None:
    played = app(f"<Pay action='/paid' {most}/>")
    transcript = call(played, *[steps.Silent()] * asked)
    assert result(played)["Result"] == "too-many-failed-attempts"
    assert result(played)["PaymentError"] == "input-timeout (payment-card-number)"
    assert len(events(transcript, "pay_error")) == asked
    assert transcript.failures == []


def test_a_star_ends_the_payment_wherever_it_is() -> None:
    for planned in ([steps.Press("*")], [KEYS[0], steps.Press("12*")], [*KEYS[:3], steps.Press("9*")]):
        told = paid("<Pay action='/paid'/>", *planned)
        assert told["Result"] == "caller-interrupted-with-star"


def test_who_hangs_up_is_told_to_the_action_whose_answer_is_lost() -> None:
    played = app("<Pay action='/paid' statusCallback='/told'/>")
    transcript = call(played, KEYS[0], steps.HangUp())
    assert (result(played)["Result"], played.to("/told")[-1].form["Result"]) == ("caller-hung-up", "caller-hung-up")
    assert ("obrigado" in said(transcript), transcript.events[-2].kind) == (False, "request")


def test_an_action_that_is_away_after_a_hang_up_is_a_warning() -> None:
    transcript = call(WebApp().page("/voice", "<Pay action='/away'/>"), steps.HangUp())
    assert (codes(transcript), transcript.warnings[0].failure) == ([11200], True)


def test_a_payment_goes_on_though_its_status_callback_is_away() -> None:
    played = app("<Pay action='/paid' statusCallback='/away'/>")
    transcript = call(played, *KEYS)
    assert (set(codes(transcript)), result(played)["Result"]) == ({15003}, "success")


def test_the_status_callback_hears_of_each_step_and_of_the_end() -> None:
    played = app("<Pay action='/paid' statusCallback='/told'/>")
    call(played, *KEYS)
    told = [one.form for one in played.to("/told")]
    asked = ["payment-card-number", "expiration-date", "security-code", "postal-code", "payment-processing"]
    assert [(one.get("For"), one.get("Attempt")) for one in told] == [*((step, "1") for step in asked), (None, None)]
    assert told[1]["PaymentCardNumber"] == "xxxxxxxxxxxx4242"
    assert told[-1]["Result"] == "success"
    assert all(one["CallSid"] and one["AccountSid"] for one in told)


def test_the_processor_answers_as_the_script_says() -> None:
    told = paid("<Pay action='/paid' chargeAmount='5'/>", *KEYS, steps.Pay("payment-connector-error", error="no funds"))
    assert (told["Result"], told["PaymentError"], told["ConnectorError"]) == (
        "payment-connector-error", "no funds", "no funds",
    )  # fmt: skip
    assert told["PayErrorCode"] == "64008"
    assert paid("<Pay action='/paid'/>", *KEYS, steps.Pay("success", token="tok_7"))["PaymentToken"] == "tok_7"


def test_a_script_may_end_a_payment_without_keys() -> None:
    told = paid("<Pay action='/paid' validCardTypes='mastercard amex'/>", steps.Pay("success"))
    assert (told["Result"], told["PaymentCardType"], told["SecurityCode"]) == ("success", "mastercard", "***")
    for ended in ("too-many-failed-attempts", "caller-interrupted-with-star", "internal-error"):
        assert paid("<Pay action='/paid'/>", steps.Pay(ended))["Result"] == ended


def test_a_payment_that_wants_more_than_the_script_keys_is_red() -> None:
    played = app()
    transcript = call(played, KEYS[0], KEYS[1], KEYS[2], steps.Pay("success"))
    assert result(played)["Result"] == "too-many-failed-attempts"
    (failure,) = transcript.failures
    assert failure.startswith(": the call ended before this: the payment: success")


def test_a_success_does_not_hide_that_an_entry_was_wrong() -> None:
    played = app()
    transcript = call(played, steps.Press("4242#"), steps.Pay("success"))
    assert result(played)["Result"] == "too-many-failed-attempts"
    assert len(transcript.failures) == 1


@pytest.mark.parametrize(
    ("attribute", "code", "error"),
    [
        ("chargeAmount='-0.5'", 64003, "chargeAmount='-0.5' (not a number between 0.00 - 1,000,000.00)"),
        ("chargeAmount='1000001'", 64003, "chargeAmount='1000001' (not a number between 0.00 - 1,000,000.00)"),
        ("bankAccountType='consumer-checking'", 64017, "bankAccountType='consumer-checking' (not nothing for a card)"),
        ("paymentMethod='pix'", 64020, "paymentMethod='pix' (not credit-card or ach-debit)"),
        ("maxAttempts='4'", 64020, "maxAttempts='4' (not a whole number from 1 to 3)"),
        ("timeout='0'", 64020, "timeout='0' (not a whole number from 1)"),
        ("minPostalCodeLength='x'", 64020, "minPostalCodeLength='x' (not a whole number from 1)"),
        ("securityCode='maybe'", 64020, "securityCode='maybe' (not true or false)"),
        ("tokenType='twice'", 64020, "tokenType='twice' (not reusable or one-time or payment-method)"),
        ("input='speech'", 64020, "input='speech' (not dtmf)"),
        ("currency='R$'", 64020, "currency='R$' (not the three letters of a currency)"),
    ],
)
def test_a_wrong_attribute_ends_the_payment_before_it_begins(attribute: str, code: int, error: str) -> None:
    played = app(f"<Pay action='/paid' {attribute}/>")
    transcript = call(played)
    assert (codes(transcript), transcript.warnings[0].failure) == ([code], True)
    assert result(played)["Result"] == "validation-error"
    assert (result(played)["PaymentError"], result(played)["PayErrorCode"]) == (error, str(code))
    assert said(transcript) == ["obrigado"]


@pytest.mark.parametrize(
    ("pay", "code"),
    [
        ("<Pay action='/paid' colour='red'/>", 12200),
        ("<Pay action='/paid'><Say>oi</Say></Pay>", 12200),
        ("<Pay action='/paid'>oi</Pay>", 12200),
        ("<Pay action='/paid'><Prompt for='name'><Say>oi</Say></Prompt></Pay>", 64020),
        ("<Pay action='/paid'><Prompt for='postal-code' attempt='11'><Say>oi</Say></Prompt></Pay>", 64020),
        ("<Pay action='/paid'><Prompt for='postal-code' errorType='odd'><Say>oi</Say></Prompt></Pay>", 64020),
        ("<Pay action='/paid'><Prompt for='postal-code' cardType='elo'><Say>oi</Say></Prompt></Pay>", 64020),
        ("<Pay action='/paid'><Prompt for='postal-code'/></Pay>", 64020),
        (
            "<Pay action='/paid'><Prompt for='postal-code' requireMatchingInputs='true'><Say>oi</Say></Prompt></Pay>",
            64020,
        ),
        ("<Pay action='/paid'><Prompt for='postal-code'><Hangup/><Say>oi</Say></Prompt></Pay>", 12200),
        ("<Pay action='/paid'><Prompt for='postal-code' x='1'><Say>oi</Say></Prompt></Pay>", 12200),
        ("<Pay action='/paid'><Parameter value='1' nome='x'/></Pay>", 12200),
    ],
)
def test_what_is_wrong_inside_is_a_warning_and_the_payment_goes_on(pay: str, code: int) -> None:
    played = app(pay)
    assert codes(call(played, steps.Pay("success"))) == [code]
    assert result(played)["Result"] == "success"


def test_an_action_without_tls_elsewhere_is_told() -> None:
    for action, told in (("http://loja.example.com/paid", [64016]), ("http://localhost:3000/paid", []), ("/paid", [])):
        transcript = call(app(f"<Hangup/><Pay action='{action}'/>"))
        assert codes(transcript) == told


PROMPTS = """
<Prompt for="payment-card-number"><Say>número</Say></Prompt>
<Prompt for="payment-card-number" attempt="2 3"><Say>número de novo</Say></Prompt>
<Prompt for="payment-card-number" errorType="timeout"><Say>nada</Say></Prompt>
<Prompt for="security-code" cardType="visa mastercard"><Say>três</Say></Prompt>
<Prompt for="security-code" cardType="amex"><Say>quatro</Say></Prompt>
<Prompt for="security-code" cardType="visa" errorType="invalid-security-code"><Say>não são três</Say></Prompt>
<Prompt for="payment-processing"><Say>espere</Say><Pause length="2"/><Say>mais</Say></Prompt>
"""


def test_the_prompt_that_names_most_of_what_is_the_case_is_said() -> None:
    pay = f"<Pay action='/paid' maxAttempts='3' postalCode='false'>{PROMPTS}</Pay>"
    played = app(pay)
    planned = (steps.Silent(), steps.Press("4242#"), KEYS[0], KEYS[1], steps.Press("1#"), KEYS[2])
    transcript = call(played, *planned)
    date = "Please enter the expiration date, two digits for the month and two digits for the year."
    assert said(transcript) == [
        "número", "nada", "número de novo", date, "três", "não são três", "espere", "mais", "obrigado",
    ]  # fmt: skip
    assert result(played)["Result"] == "success"


def test_inputs_that_must_match_are_asked_for_twice() -> None:
    prompts = (
        '<Prompt for="bank-account-number"><Say>conta</Say></Prompt>'
        '<Prompt for="bank-account-number" requireMatchingInputs="true"><Say>outra vez</Say></Prompt>'
        '<Prompt for="bank-account-number" errorType="input-matching-failed"><Say>não são iguais</Say></Prompt>'
    )
    played = app(f"<Pay action='/paid' paymentMethod='ach-debit'>{prompts}</Pay>")
    account, other = steps.Press("508862392#"), steps.Press("508862393#")
    transcript = call(played, steps.Press("121181976"), account, other, account, account)
    assert said(transcript)[1:5] == ["conta", "outra vez", "não são iguais", "outra vez"]
    assert [event["error"] for event in events(transcript, "pay_error")] == ["input-matching-failed"]
    assert result(played)["Result"] == "success"


def test_what_twilio_says_in_another_language_is_told_to_be_english_here() -> None:
    transcript = call(app("<Pay action='/paid' language='es-MX'/>"), steps.Pay("success"))
    assert (codes(transcript), transcript.warnings[0].failure) == ([0], False)
    assert "payment-card-number in es-MX" in transcript.warnings[0].message


def test_a_key_cuts_a_prompt_short_and_none_of_it_is_lost() -> None:
    played = app()
    call(played, steps.Press(f"{CARD}#", during=1), *KEYS[1:])
    assert result(played)["Result"] == "success"


class AskedAgain(ScriptedPhone):
    """A phone of people elsewhere, whose call asks twice before they act."""

    def act(self, moment: Moment) -> Act | None:
        if moment.verb == "Pay" and not self.waited:
            self.waited = True
            return acts.Wait(0.5)
        self.waited = False
        return super().act(moment)

    waited = False


def test_people_who_are_asked_again_have_not_been_silent() -> None:
    played = app()
    transcript = call(played, phone=AskedAgain(KEYS))
    assert (result(played)["Result"], events(transcript, "silence")) == ("success", [])


def test_a_payment_reads_as_a_dialogue() -> None:
    transcript = call(app("<Pay action='/paid' chargeAmount='20.45' currency='BRL'/>"), steps.Silent(), *KEYS)
    told = "\n".join(dialogue(transcript.as_dict()["events"]))
    assert "line     takes 20.45 brl of a card: success" in told
    assert "carrier  takes no such payment-card-number: input-timeout (attempt 1)" in told
    assert f"caller   presses {'•' * 17}" in told


def test_a_test_pays_and_hears_what_comes_of_it(phone: Telephone) -> None:
    heard = phone.dial(app("<Pay action='/paid' chargeAmount='7'/>")).hears("card number")
    heard.press(f"{CARD}#").press("1228").press("123").press("94109#").pays("payment-connector-error", error="declined")
    heard.hears("obrigado")
    assert heard.requests[-1].params["PaymentError"] == "declined"
    assert [event.kind for event in heard.transcript.events if event.kind in {"silence", "pay_error"}] == []
    with pytest.raises(ValueError, match="a payment ends with one of success"):
        heard.pays("well")


def test_a_payment_that_is_not_under_way_cannot_end(phone: Telephone) -> None:
    heard = phone.dial(WebApp().page("/voice", "<Say>oi</Say>"))
    with pytest.raises(AssertionError, match="the call ended before this: the payment: success"):
        heard.pays()


@settings(deadline=None)
@given(
    st.lists(
        st.from_regex(r"[0-9]{8,24}[#*]?", fullmatch=True) | st.from_regex(r"[0-9]{1,5}#?", fullmatch=True), max_size=9
    ),
    st.sampled_from(["credit-card", "ach-debit"]),
)
def test_whatever_is_keyed_a_payment_ends_and_shows_none_of_it(keys: list[str], method: str) -> None:
    played = app(f"<Pay action='/paid' statusCallback='/told' paymentMethod='{method}'/>")
    transcript = call(played, *(steps.Press(each) for each in keys))
    assert result(played)["Result"] in {"success", "too-many-failed-attempts", "caller-interrupted-with-star"}
    shown = json.dumps(transcript.as_dict()["events"]).replace("0" * 32, "")  # the account
    assert [each for each in keys if len(each) >= 8 and each.rstrip("#*") in shown] == []
    told = [one.form | {"AccountSid": ""} for one in played.received if one.path in {"/paid", "/told"}]
    heard = json.dumps(told)
    assert [each for each in keys if len(each) >= 10 and each.rstrip("#*")[:16] in heard] == []
