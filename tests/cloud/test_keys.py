"""The key is found as the official command line finds it, and shown to nobody."""

import copy
import pickle
from pathlib import Path

import pytest

from vasttui.cloud.errors import KeyMissingError
from vasttui.cloud.keys import Key, Secret, find_key


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_environment_wins_over_every_file(tmp_path: Path) -> None:
    put(tmp_path / ".config/vastai/vast_tfa_key", "session")
    key = find_key({"VAST_API_KEY": "given"}, tmp_path)
    assert (key.secret.reveal(), key.source) == ("given", "$VAST_API_KEY")


def test_a_session_key_wins_over_the_saved_key(tmp_path: Path) -> None:
    put(tmp_path / ".config/vastai/vast_tfa_key", "session\n")
    put(tmp_path / ".config/vastai/vast_api_key", "saved\n")
    key = find_key({}, tmp_path)
    assert (key.secret.reveal(), key.is_session) == ("session", True)


def test_the_saved_key_wins_over_the_one_of_older_versions(tmp_path: Path) -> None:
    put(tmp_path / ".config/vastai/vast_api_key", "saved\n")
    put(tmp_path / ".vast_api_key", "old\n")
    assert find_key({}, tmp_path).secret.reveal() == "saved"


def test_a_key_of_older_versions_is_read_and_not_copied(tmp_path: Path) -> None:
    put(tmp_path / ".vast_api_key", "old\n")
    assert find_key({}, tmp_path).secret.reveal() == "old"
    assert [path.name for path in tmp_path.iterdir()] == [".vast_api_key"]


def test_the_config_folder_may_be_elsewhere(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/vastai/vast_api_key", "saved")
    put(tmp_path / ".config/vastai/vast_api_key", "not this")
    assert find_key({"XDG_CONFIG_HOME": str(tmp_path / "elsewhere")}, tmp_path).secret.reveal() == "saved"


def test_without_a_key_the_way_to_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyMissingError, match="API key found") as caught:
        find_key({"VAST_API_KEY": ""}, tmp_path)
    assert "vastai set api-key" in caught.value.hint


@pytest.mark.parametrize("text", ["", "two words", "line\nline", "\x1b[31mred", "schlüssel"])
def test_a_file_without_a_usable_key_is_named_but_not_shown(tmp_path: Path, text: str) -> None:
    put(tmp_path / ".config/vastai/vast_api_key", text)
    with pytest.raises(KeyMissingError, match="vast_api_key") as caught:
        find_key({}, tmp_path)
    assert not text or text not in f"{caught.value} {caught.value.hint}"


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("hunter2hunter2")
    key = Key(secret, "here")
    shown = f"{secret} {secret!r} {secret:>20} {key} {key!r} {[secret]} {vars(Key).get('x')}"
    assert "hunter2" not in shown


def test_a_secret_is_not_pickled_or_copied() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret("hunter2"))


def test_a_secret_is_taken_out_of_what_a_server_echoes() -> None:
    assert Secret("hunter2").strip_from(b"bad key hunter2!") == b"bad key (key hidden)!"
