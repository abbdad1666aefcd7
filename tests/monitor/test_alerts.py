from vasttui.monitor.alerts import AlertBook
from vasttui.monitor.rules import Symptom

SLOW = Symptom("slow", "look", since=0.0)
CRASH = Symptom("dead", "read", since=0.0, immediate=True)


def test_a_suspicion_counts_from_when_it_arose_and_one_look_confirms_it():
    book = AlertBook()
    book.notice(100.0, {"slow": SLOW}, 20.0)
    assert book.decides_at() == 120.0
    assert [a.rule for a in book.look(120.0, {"slow": SLOW}, 20.0)] == ["slow"]


def test_a_suspicion_that_goes_leaves_nothing_to_decide():
    book = AlertBook()
    book.notice(100.0, {"slow": SLOW}, 20.0)
    book.notice(110.0, {}, 20.0)
    assert book.quiet
    assert book.look(130.0, {}, 20.0) == []


def test_of_a_polled_host_a_second_look_decides():
    book = AlertBook()
    assert book.look(100.0, {"slow": SLOW}, 20.0) == []
    assert len(book.look(160.0, {"slow": SLOW}, 20.0)) == 1


def test_a_crash_needs_no_second_look():
    assert len(AlertBook().look(100.0, {"error": CRASH}, 20.0)) == 1


def test_an_alert_is_let_go_only_when_its_cause_stays_away():
    book = AlertBook()
    book.look(0.0, {"error": CRASH}, 20.0)
    book.notice(50.0, {}, 20.0)
    book.notice(60.0, {"error": CRASH}, 20.0)
    book.notice(65.0, {}, 20.0)
    assert book.look(70.0, {}, 20.0) == []
    assert [a.state for a in book.look(85.0, {}, 20.0)] == ["resolved"]


def test_what_came_and_went_lately_must_last_longer_to_be_told_again():
    book = AlertBook()
    for start in (0.0, 200.0):
        book.notice(start, {"slow": SLOW}, 20.0)
        book.look(start + 60.0, {"slow": SLOW}, 20.0)
        book.look(start + 80.0, {}, 20.0)
        book.look(start + 120.0, {}, 20.0)
    assert [a.state for a in book.past] == ["resolved", "resolved"]
    book.notice(400.0, {"slow": SLOW}, 20.0)
    assert book.decides_at() == 480.0


def test_a_patient_symptom_must_last_longer():
    book = AlertBook()
    book.notice(0.0, {"cost": Symptom("dear", "stop", since=0.0, patience=3.0)}, 20.0)
    assert book.decides_at() == 60.0
