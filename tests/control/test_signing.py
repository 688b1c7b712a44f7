"""Signing secrets: several an endpoint, encrypted in every file, bound to their place."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from metrone.config import Config
from metrone.control.db import Database
from metrone.control.directory import Directory, load_directory
from metrone.control.errors import Invalid, Missing
from metrone.control.projects import Project, create_project
from metrone.control.signing import (
    ACTIVE_MAX,
    NewSecret,
    SecretRecord,
    Unreadable,
    add_secret,
    list_secrets,
    remove_secret,
)
from metrone.control.tables import projects, webhook_secrets

TEXT = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def add(db: Database, project: Project, text: str = TEXT, endpoint: str = "", **more: bool) -> SecretRecord:
    return add_secret(db, NewSecret(project.id, "vapi", text, endpoint, **more))


def test_secrets_of_gives_the_endpoints_own_else_the_platforms_else_none(each_database: Database) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    add(each_database, shop, "every")
    add(each_database, shop, "own 1", "main")
    add(each_database, shop, "own 2", "main")
    add(each_database, blog, "theirs", "main")
    directory = load_directory(each_database)
    asked = [
        (shop, "vapi", "main", ("own 1", "own 2")),
        (shop, "vapi", "sales", ("every",)),
        (shop, "vapi", "", ("every",)),
        (shop, "retell", "main", ()),
        (blog, "vapi", "main", ("theirs",)),
        (blog, "vapi", "sales", ()),
    ]
    for project, platform, endpoint, texts in asked:
        found = directory.secrets_of(project.project_no, platform, endpoint)
        assert isinstance(found, tuple)
        assert tuple(sorted(found)) == texts


def test_add_secret_gives_what_is_listed_when_read_back(each_database: Database) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    made = [add(each_database, shop, text, endpoint) for text, endpoint in ((TEXT, "main"), ("brief", ""), (OTHER, ""))]
    assert [(each.platform, each.endpoint, each.hint, each.trouble) for each in made] == [
        ("vapi", "main", TEXT[-4:], ""),
        ("vapi", "", "", ""),
        ("vapi", "", OTHER[-4:], ""),
    ]
    assert all(each.created_at == each_database.clock() for each in made)
    assert {each.id for each in list_secrets(each_database, shop.id)} == {each.id for each in made}
    assert [each.endpoint for each in list_secrets(each_database, shop.id)] == ["", "", "main"]
    assert list_secrets(each_database, blog.id) == []


def test_add_secret_keeps_the_one_when_it_is_set_again(database: Database, project: Project) -> None:
    first = add(database, project)
    assert add(database, project) == first
    assert add(database, project, endpoint="main").id != first.id


def test_add_secret_replaces_only_when_told_and_only_here(database: Database, project: Project) -> None:
    for text in (TEXT, "old"):
        add(database, project, text, "main")
    add(database, project, "elsewhere", "sales")
    add(database, project, "new", "main", is_only=True)
    assert load_directory(database).secrets_of(1, "vapi", "main") == ("new",)
    kept = add(database, project, TEXT, "main")
    assert add(database, project, TEXT, "main", is_only=True) == kept
    directory = load_directory(database)
    assert directory.secrets_of(1, "vapi", "main") == (TEXT,)
    assert directory.secrets_of(1, "vapi", "sales") == ("elsewhere",)


def test_add_secret_refuses_the_eleventh_but_not_a_replacement(database: Database, project: Project) -> None:
    for number in range(ACTIVE_MAX):
        add(database, project, f"secret {number}")
    with pytest.raises(Invalid, match="at most 10 secrets"):
        add(database, project, TEXT)
    assert add(database, project, "secret 3").platform == "vapi"
    add(database, project, TEXT, "main")
    add(database, project, TEXT, is_only=True)
    assert load_directory(database).secrets_of(1, "vapi", "") == (TEXT,)


@pytest.mark.parametrize(
    ("text", "endpoint", "field"),
    [
        ("", "", "secret"),
        ("x" * 4097, "", "secret"),
        ("one\ntwo", "", "secret"),
        ("nul\0", "", "secret"),
        ("\ud800", "", "secret"),
        (" hunter2", "", "secret"),
        ("hunter2 ", "", "secret"),
        (TEXT, "a b", "endpoint"),
        (TEXT, "a/b", "endpoint"),
        (TEXT, "é", "endpoint"),
        (TEXT, "-a", "endpoint"),
        (TEXT, "a\n", "endpoint"),
        (TEXT, "a" * 65, "endpoint"),
    ],
)
def test_add_secret_writes_nothing_and_tells_nothing_when_a_value_is_wrong(
    database: Database, project: Project, text: str, endpoint: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        add(database, project, text, endpoint)
    assert caught.value.field == field
    assert not text or text not in str(caught.value)
    assert list_secrets(database, project.id) == []


def test_add_secret_refuses_when_there_is_no_such_project(database: Database) -> None:
    with pytest.raises(Missing):
        add_secret(database, NewSecret("prj_none", "vapi", TEXT))


def test_remove_secret_takes_this_projects_own_alone(each_database: Database) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    made = add(each_database, shop)
    for project_id, secret_id in ((blog.id, made.id), (shop.id, "sec_none"), (shop.id, ""), ("prj_none", made.id)):
        with pytest.raises(Missing):
            remove_secret(each_database, project_id, secret_id)
    assert list_secrets(each_database, shop.id) == [made]
    assert remove_secret(each_database, shop.id, made.id) == made
    assert load_directory(each_database).secrets_of(shop.project_no, "vapi", "") == ()


def test_secrets_go_when_their_project_goes(each_database: Database) -> None:
    add(each_database, create_project(each_database, "Shop"))
    with each_database.write() as connection:
        connection.execute(delete(projects))
        assert connection.execute(select(webhook_secrets)).all() == []


def test_text_is_in_no_file_no_row_no_repr_and_no_log(
    each_config: Config, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with Database.open(each_config) as db:
        project = create_project(db, "Shop")
        new = NewSecret(project.id, "vapi", TEXT)
        shown = [new, add_secret(db, new), list_secrets(db, project.id), load_directory(db)]
        assert load_directory(db).secrets_of(1, "vapi", "main") == (TEXT,)
        with db.read() as connection:
            shown.append(connection.execute(select(webhook_secrets)).all())
    printed = "".join(capfd.readouterr())
    files = [path for path in Path(each_config.data_dir).rglob("*") if path.is_file()]
    assert files
    for form in (TEXT, TEXT.removeprefix("whsec_"), TEXT.encode().hex()):
        assert form not in f"{shown} {caplog.text} {printed}"
        assert all(form.encode() not in path.read_bytes() for path in files)


def _move(db: Database, **values: object) -> Directory:
    with db.write() as connection:
        connection.execute(update(webhook_secrets).values(values))
    return load_directory(db)


def test_secrets_of_refuses_when_a_ciphertext_was_moved_or_changed(each_database: Database) -> None:
    shop, blog = create_project(each_database, "Shop"), create_project(each_database, "Blog")
    add(each_database, shop, endpoint="main")
    with each_database.read() as connection:
        there = connection.execute(select(webhook_secrets)).one()._asdict()
    moves: list[dict[str, object]] = [
        {"project_no": blog.project_no},
        {"platform": "retell"},
        {"endpoint": "sales"},
        {"endpoint": ""},
        {"ciphertext": there["ciphertext"][:-1] + bytes([there["ciphertext"][-1] ^ 1])},
        {"ciphertext": b""},
    ]
    for move in moves:
        place = {**there, **move}
        found = _move(each_database, **place).secrets_of(place["project_no"], place["platform"], place["endpoint"])
        assert isinstance(found, Unreadable), move
        assert found.advice.endswith("set it anew with --replace.")
    assert _move(each_database, **there).secrets_of(1, "vapi", "main") == (TEXT,)


def test_secrets_of_is_unreadable_until_one_is_set_again_when_the_key_is_lost(
    config: Config, database: Database, project: Project
) -> None:
    add(database, project, "every")
    add(database, project, endpoint="main")
    (config.root / "secret.key").unlink()
    lost = load_directory(database)
    assert isinstance(lost.secrets_of(1, "vapi", "main"), Unreadable)
    assert isinstance(lost.secrets_of(1, "vapi", "sales"), Unreadable)
    assert all("lost" in each.trouble and not each.hint for each in list_secrets(database, project.id))
    add(database, project, "every", "main")
    again = load_directory(database)
    assert again.secrets_of(1, "vapi", "main") == ("every",)
    assert isinstance(again.secrets_of(1, "vapi", "sales"), Unreadable)


def test_load_directory_goes_on_when_the_key_file_is_open_to_all(
    config: Config, database: Database, project: Project
) -> None:
    add(database, project)
    (config.root / "secret.key").chmod(0o644)
    directory = load_directory(database)
    assert directory.projects == {project.id: project}
    found = directory.secrets_of(1, "vapi", "main")
    assert isinstance(found, Unreadable)
    assert "chmod 600" in found.advice


def test_secrets_of_uses_those_that_can_be_read_when_others_cannot(database: Database, project: Project) -> None:
    add(database, project, "first")
    with database.write() as connection:
        for name, at in (("sec_a", 1), ("sec_z", -1)):
            row = {"id": name, "project_no": 1, "platform": "vapi", "endpoint": "", "ciphertext": b"not ours"}
            moment = database.clock().replace(year=2026 + at)
            connection.execute(insert(webhook_secrets).values(**row, created_at=moment))
    assert load_directory(database).secrets_of(1, "vapi", "main") == ("first",)
