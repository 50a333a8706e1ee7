"""People who follow a call script: when a step is due, and what is said when it can no longer happen."""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
from tests.webapps import WebApp, call, ended_by, events, said

WHERE = "a.call.yaml:7"


def menu() -> WebApp:
    app = WebApp()
    app.page(
        "/voice",
        "<Say>Olá</Say>"
        '<Gather numDigits="1" action="/next"><Say>Bem-vindo à Central. Digite 2</Say></Gather>'
        "<Say>Não ouvi nada</Say><Redirect>/voice</Redirect>",
    )
    return app.page("/next", "<Say>Opção recebida</Say>")


def failure(app: WebApp, *script: steps.Step) -> str:
    transcript = call(app, *script)
    assert not transcript.passed
    assert len(transcript.failures) == 1
    return transcript.failures[0]


def test_case_accents_and_blanks_do_not_matter_to_what_is_heard() -> None:
    assert call(menu(), steps.Hear("BEM-VINDO  a central"), steps.Press("2"), steps.Hear("opcao")).passed


def test_a_prompt_not_heard_fails_before_the_next_act_and_quotes() -> None:
    app = menu()
    assert failure(app, steps.Hear("Ouvidoria", WHERE), steps.Press("2")) == (
        f"{WHERE}: 'Ouvidoria' was not heard; heard instead: \"Olá Bem-vindo à Central. Digite 2\""
    )
    assert app.to("/next") == []


def test_a_failed_call_ends_there_and_then_with_the_caller_hanging_up() -> None:
    transcript = call(menu(), steps.Hear("Ouvidoria", WHERE), steps.Press("2"), steps.Press("3"))
    assert ended_by(transcript) == "caller"
    assert transcript.status == "completed"


def test_only_what_was_spoken_since_the_last_act_counts() -> None:
    assert failure(menu(), steps.Press("2"), steps.Hear("Bem-vindo", WHERE)) == (
        f"{WHERE}: 'Bem-vindo' was not heard; heard instead: \"Opção recebida\""
    )


def test_things_are_heard_in_the_order_of_the_script() -> None:
    assert call(menu(), steps.Hear("olá"), steps.Hear("digite 2"), steps.Press("2")).passed
    assert WHERE in failure(menu(), steps.Hear("digite 2"), steps.Hear("olá", WHERE), steps.Press("2"))


def test_what_must_not_be_heard_fails_when_it_is() -> None:
    assert call(menu(), steps.NotHear("erro"), steps.Press("2")).passed
    text = failure(menu(), steps.NotHear("bem-vindo", WHERE), steps.Press("2"))
    assert text.startswith(f"{WHERE}: 'bem-vindo' was heard; heard instead:")


def test_what_must_not_be_heard_is_looked_at_until_the_end_of_the_call_too() -> None:
    assert WHERE in failure(menu(), steps.Press("2"), steps.NotHear("recebida", WHERE))


def test_silence_lets_the_gather_time_out_and_the_next_step_comes_after_it() -> None:
    app = menu()
    transcript = call(app, steps.Silent(), steps.Hear("não ouvi nada"), steps.Press("2"), steps.Hear("recebida"))
    assert transcript.failures == []
    assert len(events(transcript, "silence")) == 1


def test_hear_after_keys_waits_for_the_gather_to_time_out_by_itself() -> None:
    app = WebApp().page("/voice", '<Gather action="/next"><Say>documento</Say></Gather>').page("/next", "<Say>ok</Say>")
    assert call(app, steps.Press("123"), steps.Hear("ok")).passed
    assert app.last.form["Digits"] == "123"


def test_keys_that_nothing_ever_listened_for_fail_when_the_call_ends() -> None:
    app = WebApp().page("/voice", "<Say>adeus</Say>")
    assert failure(app, steps.Press("4321", where=WHERE)) == (
        f"{WHERE}: the call ended before this: keys, for which no gather, recording or talk was listening;"
        ' heard instead: "adeus"'
    )


def test_a_failure_never_quotes_the_keys() -> None:
    app = WebApp().page("/voice", "<Say>adeus</Say>")
    assert "4321" not in failure(app, steps.Press("4321", where=WHERE))
    assert "4321" not in repr(steps.Press("4321"))


def test_when_nothing_was_spoken_the_failure_says_so() -> None:
    assert "nothing was spoken" in failure(WebApp().page("/voice", ""), steps.Hear("oi", WHERE))


def test_a_press_in_a_prompt_waits_for_the_gather_that_has_that_prompt() -> None:
    app = menu()
    transcript = call(app, steps.Press("2", during=1))
    assert [say["interrupted"] for say in events(transcript, "say")] == [False, True, False]


def test_hang_up_waits_for_a_moment_that_waits_for_a_person() -> None:
    transcript = call(menu(), steps.HangUp())
    assert said(transcript) == ["Olá", "Bem-vindo à Central. Digite 2"]
    assert events(transcript, "say")[1]["interrupted"] is False
    assert ended_by(transcript) == "caller"


def test_hang_up_during_a_prompt_of_the_gather() -> None:
    transcript = call(menu(), steps.HangUp(during=1))
    assert [say["interrupted"] for say in events(transcript, "say")] == [False, True]


def test_hang_up_in_a_verb() -> None:
    assert said(call(menu(), steps.HangUp(inside="Say"))) == ["Olá"]
    assert len(said(call(menu(), steps.HangUp(inside="Gather")))) == 2


def test_after_its_steps_the_caller_stays_silent_until_the_call_ends() -> None:
    app = WebApp().page("/voice", "<Gather><Say>alô</Say></Gather><Say>adeus</Say>")
    transcript = call(app)
    assert said(transcript) == ["alô", "adeus"]
    assert ended_by(transcript) == "app"
    assert transcript.passed


def test_two_waits_in_a_queue_count_one_after_the_other() -> None:
    app = WebApp().page("/voice", '<Enqueue action="/after">fila</Enqueue>').page("/after", "")
    call(app, steps.InQueue("wait", seconds=30), steps.InQueue("bridged", after=10))
    assert app.last.form["QueueTime"] == "40"


def test_a_second_queue_counts_from_its_own_beginning() -> None:
    enqueue = '<Enqueue action="/second">a</Enqueue>'
    app = WebApp().page("/voice", enqueue).page("/second", '<Enqueue action="/end">b</Enqueue>').page("/end", "")
    call(app, steps.InQueue("bridged", after=30), steps.InQueue("bridged", after=5))
    assert [one.form["QueueTime"] for one in app.received[1:]] == ["30", "5"]


def test_an_agent_who_comes_at_once_needs_no_wait() -> None:
    app = WebApp().page("/voice", '<Enqueue action="/after" waitUrl="/wait">a</Enqueue>')
    app.page("/wait", "<Say>aguarde</Say>").page("/after", "")
    assert call(app, steps.InQueue("bridged")).passed
    assert app.last.form["QueueTime"] == "0"


def test_in_a_queue_what_is_to_be_heard_may_come_with_a_later_prompt() -> None:
    app = WebApp().page("/voice", '<Enqueue action="/after" waitUrl="/wait">a</Enqueue>')
    app.page("/wait", "<Say>primeiro</Say><Say>segundo</Say>").page("/after", "")
    assert call(app, steps.Hear("segundo"), steps.InQueue("bridged")).passed


def waiting_with_a_menu() -> WebApp:
    app = WebApp().page("/voice", '<Enqueue action="/after" waitUrl="/wait">a</Enqueue>').page("/after", "")
    return app.page("/wait", '<Gather numDigits="1" action="/key"><Say>tecle 1</Say></Gather>').page("/key", "<Leave/>")


def test_silence_in_a_queue_lets_its_gather_time_out() -> None:
    app = waiting_with_a_menu()
    transcript = call(app, steps.Silent(), steps.Silent(), steps.Press("1"))
    assert transcript.passed
    assert [len(app.to("/wait")), app.last.form["QueueResult"]] == [3, "leave"]


@pytest.mark.parametrize(
    "step", [steps.Press("1", where=WHERE), steps.Speak("oi", where=WHERE), steps.Callee("busy", where=WHERE)]
)
@pytest.mark.parametrize(
    "round_", ['<Enqueue waitUrl="/wait">a</Enqueue>', "<Pause length='10'/><Redirect>/voice</Redirect>"]
)
def test_a_step_that_can_never_come_ends_the_call_early(step: steps.Step, round_: str) -> None:
    app = WebApp().page("/voice", round_).page("/wait", "<Say>aguarde</Say><Pause length='10'/>")
    transcript = call(app, step)
    assert "given up after " in transcript.failures[0]
    assert transcript.failures[0].startswith(WHERE)
    assert transcript.duration < 1000
    assert len(app.received) < 100


def test_what_is_never_heard_ends_the_call_early_too() -> None:
    app = WebApp().page("/voice", '<Enqueue waitUrl="/wait">a</Enqueue>').page("/wait", "<Pause length='10'/>")
    transcript = call(app, steps.Hear("sua vez", where=WHERE))
    assert "'sua vez' was not heard" in transcript.failures[0]
    assert len(app.received) < 100


def test_a_wait_that_the_script_asks_for_may_last() -> None:
    app = WebApp().page("/voice", '<Enqueue waitUrl="/wait" action="/after">a</Enqueue>').page("/after", "")
    app.page("/wait", "<Pause length='10'/>")
    assert call(app, steps.InQueue("wait", seconds=1500), steps.InQueue("bridged", after=600)).passed
    assert app.last.form["QueueTime"] == "2100"


def test_a_leg_that_never_rang_fails_with_its_number() -> None:
    app = WebApp().page("/voice", "<Dial>+551140030015</Dial>")
    assert "the callee of leg 2: busy" in failure(app, steps.Callee("busy", leg=2, where=WHERE))
