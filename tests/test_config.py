from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from server.config import Secret, Settings, check_access, hash_of, load, make_folder
from server.errors import StartError


def test_nothing_set_is_a_local_server_on_sqlite() -> None:
    settings = load({})
    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.database_url == "sqlite:///data/tandem.db"
    assert settings.grids == ()
    check_access(settings)


def test_everything_set() -> None:
    settings = load(
        {
            "PORT": " 9000 ",
            "HOST": "0.0.0.0",
            "DATABASE_URL": "postgresql://u:p@db:5432/name",
            "GRIDS": "server.samples.tasks, mine",
            "ALLOWED_HOSTS": "Example.org, tandem.local",
            "ALLOWED_ORIGINS": "https://Example.org/,http://localhost:5173",
            "OPEN": "1",
            "EDIT_KEY": "Ann: pen, pencil",
            "VIEW_KEY": "eye",
            "TRUSTED_PROXIES": "2",
            "LOG_FORMAT": "JSON",
            "LOG_LEVEL": "warning",
            "MAX_BATCH": "10",
            "MAX_BYTES": "2048",
            "MAX_PAGE": "20",
            "MAX_IN_BROWSER": "30",
        }
    )
    assert settings == Settings(
        host="0.0.0.0",
        port=9000,
        database_url="postgresql+psycopg://u:p@db:5432/name",
        grids=("server.samples.tasks", "mine"),
        allowed_hosts=("example.org", "tandem.local"),
        allowed_origins=("https://example.org", "http://localhost:5173"),
        open=True,
        edit_key=(Secret("Ann", hash_of("pen")), Secret("", hash_of("pencil"))),
        view_key=(Secret("", hash_of("eye")),),
        trusted_proxies=2,
        log_format="json",
        log_level="warning",
        max_batch=10,
        max_bytes=2048,
        max_page=20,
        max_in_browser=30,
    )


def test_an_empty_value_is_not_set() -> None:
    assert load({"PORT": "", "EDIT_KEY": " ", "OPEN": ""}) == Settings()


def test_an_override_goes_before_the_environment() -> None:
    assert load({"PORT": "9000", "HOST": "127.0.0.2"}, port=9001, host=None) == Settings(
        port=9001, host="127.0.0.2"
    )


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql:///d?host=/tmp", "postgresql+psycopg:///d?host=/tmp"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("sqlite:////tmp/a b.db", "sqlite:////tmp/a b.db"),
    ],
)
def test_database_urls(url: str, taken: str) -> None:
    assert load({"DATABASE_URL": url}).database_url == taken


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "80.0"),
        ("PORT", "٨٠"),
        ("PORT", "9" * 5000),
        ("HOST", "http://here"),
        ("HOST", "a b"),
        ("GRIDS", "server/samples"),
        ("GRIDS", "a..b"),
        ("ALLOWED_HOSTS", "https://example.org"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_ORIGINS", "example.org"),
        ("ALLOWED_ORIGINS", "https://example.org/path"),
        ("ALLOWED_ORIGINS", "*"),
        ("OPEN", "maybe"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("TRUSTED_PROXIES", "10"),
        ("MAX_BATCH", "0"),
        ("MAX_BYTES", "10"),
        ("MAX_PAGE", "1e3"),
        ("MAX_IN_BROWSER", "0"),
        ("MAX_IN_BROWSER", "10000001"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_setting_value_and_remedy(name: str, value: str) -> None:
    with pytest.raises(StartError) as caught:
        load({name: value})
    assert name in str(caught.value)
    assert value in str(caught.value)
    assert "it takes" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hush@h/d",
        "hush",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgres://",
        "postgres://u:hush@h:x/d",
    ],
)
def test_a_wrong_database_url_does_not_show_its_password(url: str) -> None:
    with pytest.raises(StartError, match="DATABASE_URL cannot be") as caught:
        load({"DATABASE_URL": url})
    assert "hush" not in str(caught.value)


def test_keys_and_passwords_are_not_in_the_repr() -> None:
    keys = {"EDIT_KEY": "hush1", "VIEW_KEY": "hush2", "METRICS_KEY": "hush4"}
    shown = repr(load({**keys, "DATABASE_URL": "postgres://u:hush3@h/d"}))
    assert "hush" not in shown


@pytest.mark.parametrize("other", ["VIEW_KEY", "METRICS_KEY"])
def test_equal_keys_are_refused_without_showing_them(other: str) -> None:
    with pytest.raises(StartError, match=other) as caught:
        load({"EDIT_KEY": "hush", other: "hush"})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("keys", ["Ann: hush, Bob: hush", "Ann:hush, hush"])
def test_a_key_that_stands_twice_is_refused_too(keys: str) -> None:
    with pytest.raises(StartError, match="EDIT_KEY") as caught:
        load({"EDIT_KEY": keys})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("keys", ["Ann:", ":hush:", "a:b:hush", "x" * 41 + ":hush", "a/b:hush"])
def test_a_key_without_a_proper_name_is_refused_without_showing_it(keys: str) -> None:
    with pytest.raises(StartError, match="EDIT_KEY cannot be") as caught:
        load({"EDIT_KEY": keys})
    assert "hush" not in str(caught.value)


def test_of_a_key_only_its_hash_is_kept() -> None:
    (secret,) = load({"EDIT_KEY": "hush"}).edit_key
    assert secret.hash == hashlib.sha256(b"hush").hexdigest()
    assert "hush" not in (secret.name, secret.hash)


def test_a_dyno_listens_to_everyone_and_wants_a_database() -> None:
    settings = load({"DYNO": "web.1", "DATABASE_URL": "postgres://u:p@h/d"})
    assert (settings.dyno, settings.host, settings.trusted_proxies) == (True, "0.0.0.0", 1)
    assert load({"DYNO": "web.1", "DATABASE_URL": "postgres://h/d", "HOST": "::1"}).host == "::1"
    with pytest.raises(StartError, match="DATABASE_URL"):
        load({"DYNO": "web.1"})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_loopback_needs_no_key(host: str) -> None:
    check_access(load({"HOST": host}))


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.2", "tandem.example.org", "localhost.example.org"]
)
def test_elsewhere_needs_a_key_or_open(host: str) -> None:
    with pytest.raises(StartError, match=r"EDIT_KEY.*VIEW_KEY.*OPEN=1"):
        check_access(load({"HOST": host}))
    for name in ("EDIT_KEY", "VIEW_KEY", "OPEN"):
        check_access(load({"HOST": host, name: "1"}))


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    make_folder(load({"DATABASE_URL": f"sqlite:///{tmp_path}/a/tandem.db?x=/y/z"}))
    assert (tmp_path / "a").is_dir()
    make_folder(load({"DATABASE_URL": "postgres://h/d"}))


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("file/x", "mistyped/x"):
        with pytest.raises(StartError, match="DATABASE_URL"):
            make_folder(load({"DATABASE_URL": f"sqlite:///{tmp_path}/{folder}/tandem.db"}))
    assert not (tmp_path / "mistyped").exists()
