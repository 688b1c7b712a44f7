"""Organisations over HTTP (who may do what: test_roles): invitations, projects, and strangers who learn nothing."""

from tests.web.people import OTHER, Person
from tests.web.world import World, join


def test_a_strangers_404_is_that_of_an_organisation_which_is_not_there(world: World) -> None:
    stranger = world.people["stranger"]
    answers = [stranger.send("GET", f"/orgs/{org}") for org in (world.org, "org_none")]
    assert len({answer.json()["error"]["message"] for answer in answers}) == 1


def test_admins_make_and_touch_no_owner(world: World) -> None:
    admin = world.people["admin"]
    for method, path, body in (
        ("PUT", f"/members/{world.id_of('owner')}", {"role": "viewer"}),
        ("DELETE", f"/members/{world.id_of('owner')}", None),
        ("PUT", f"/members/{world.id_of('admin')}", {"role": "owner"}),
        ("POST", "/invitations", {"email": "friend@x.example", "role": "owner"}),
    ):
        assert admin.send(method, f"/orgs/{world.org}{path}", body).status_code == 403
    answer = world.people["owner"].send("PUT", f"/orgs/{world.org}/members/{world.id_of('owner')}", {"role": "viewer"})
    assert answer.status_code == 400  # the last one


def test_a_project_is_read_by_the_members_alone(world: World) -> None:
    made = world.people["admin"].does(
        "POST", f"/orgs/{world.org}/projects", {"name": "Blog <b>", "domain": "blog.example", "timezone": "Asia/Tokyo"}
    )
    found = {
        who: person.client.get("/v1/api/stats", headers={"X-Metrone-Project": made["id"]}).status_code
        for who, person in world.people.items()
    }
    assert found == {"owner": 200, "admin": 200, "editor": 200, "viewer": 200, "stranger": 403, "nobody": 401}
    assert made["id"] in [project["id"] for project in world.people["viewer"].ask("/session")["projects"]]


def test_a_member_who_leaves_reads_no_more(world: World) -> None:
    guest = join(world.server, world.people["owner"], world.org, "guest@shop.example", "viewer")
    assert guest.client.get("/v1/api/stats").status_code == 200
    guest.does("DELETE", f"/orgs/{world.org}/members/{guest.ask('/account')['user']['id']}")
    assert guest.client.get("/v1/api/stats").status_code == 403
    assert guest.ask("/session")["projects"] == []


def test_a_user_takes_an_invitation_with_the_account_that_is_signed_in(world: World) -> None:
    org = world.people["stranger"].does("POST", "/orgs", {"name": "Third"})["id"]
    path = f"/orgs/{org}/invitations"
    url = world.people["stranger"].does("POST", path, {"email": "editor@shop.example", "role": "viewer"})["url"]
    token, editor = url.split("#token=")[1], world.people["editor"]
    assert Person(world.server).does("POST", "/account/invitation", {"token": token})["has_account"]
    refused = Person(world.server).send(
        "POST", "/account/invitation/join", {"token": token, "name": "x", "password": OTHER}
    )
    assert refused.status_code == 400  # there is an account: sign in first
    editor.does("POST", "/account/invitation/join", {"token": token})
    assert ("Third", "viewer") in [(one["name"], one["role"]) for one in editor.ask("/account")["organisations"]]
    assert editor.send("POST", "/account/invitation/join", {"token": token}).status_code == 401


def test_an_invitation_is_listed_and_withdrawn(world: World) -> None:
    owner, path = world.people["owner"], f"/orgs/{world.org}"
    url = owner.does("POST", f"{path}/invitations", {"email": "late@x.example", "role": "viewer"})["url"]
    (one,) = [each for each in owner.ask(path)["invitations"] if each["email"] == "late@x.example"]
    assert world.people["viewer"].ask(path)["invitations"] == []
    owner.does("DELETE", f"{path}/invitations/{one['id']}")
    answer = Person(world.server).send("POST", "/account/invitation", {"token": url.split("#token=")[1]})
    assert answer.status_code == 401


def test_the_audit_log_says_who_did_it(world: World) -> None:
    world.people["owner"].does("PUT", f"/orgs/{world.org}", {"name": "Shops"})
    entries = world.people["admin"].ask(f"/orgs/{world.org}/audit")["entries"]
    assert (entries[0]["actor"], entries[0]["action"], entries[0]["target"]) == (
        "ann@shop.example",
        "organisation.renamed",
        "Shops",
    )
    assert ("admin@shop.example", "member.joined_as_admin") in [(one["actor"], one["action"]) for one in entries]
    older = world.people["admin"].ask(f"/orgs/{world.org}/audit?before={entries[0]['entry_no']}")["entries"]
    assert older == entries[1:]
