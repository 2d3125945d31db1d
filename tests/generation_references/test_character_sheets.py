"""The sheet of a character: put on and taken off by page and API, and told to whom it may be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from audit.queries import entries_about
from core.errors import StudioError
from core.ids import new_id
from core.tenancy import tenant
from generation.models import CharacterSheetEnd, CharacterSheetEntry
from generation.operations.character_sheets import put_on_sheet, take_off_sheet
from generation.reference_pictures.errors import (
    NoSuchSheetEntry,
    OnSheetAlready,
    SheetEntryEnded,
    SheetEntryUnfit,
)
from generation.reference_pictures.sheets import MOST_ON_SHEET, character_sheet
from licensing.custody.access import set_access
from licensing.custody.cards import AssetCard
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import AssetDestroyed, AssetOnHold, NoSuchAsset
from licensing.custody.words import AssetKind
from licensing.operations.holds import NewHold, place_hold
from licensing.review.words import HeldKind, HoldReason
from productions.errors import NoSuchCharacter
from productions.queries import CharacterCard
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.productions import a_character
from tests.factories.reference_pictures import a_kept_picture
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio

pytestmark = pytest.mark.usefixtures("committed_db")


def _member(studio: Studio, role: Role) -> Actor:
    with tenant(studio.organisation_id):
        organisation = Organisation.objects.get(id=studio.organisation_id)
    return a_member(role, organisation=organisation)


def _states(character: CharacterCard, actor: Actor) -> list[str]:
    return [one.state.value for one in character_sheet(character.id, actor=actor).items]


class TestKeepingOne:
    def test_it_is_kept_on_the_characters_page_and_by_api_and_logged_without_names(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard
    ) -> None:
        side = a_kept_picture(studio, label="Ana, from the side")
        browser, address = a_browser(studio.producer), f"/characters/{pilot.id}/sheet"
        assert f'href="{address}"' in browser.get(f"/productions/{studio.production.id}").text
        assert "Nothing is on this sheet" in browser.get(address).text

        assert browser.post(address, {"asset": str(picture.id)}).status_code == 302
        client = an_api_client(studio.producer)
        said = client.post(f"/v1{address}", {"asset": str(side.id)}, format="json")

        assert said.status_code == 201, said.content
        first, second = said.json()["entries"]
        assert (first["asset"], first["state"], first["kind"]) == (
            str(picture.id),
            "ready",
            "reference_image",
        )
        assert (second["label"], second["performer"]) == ("Ana, from the side", str(studio.consenting.id))
        page = browser.get(address).text
        assert page.index("Ana, from the left") < page.index("Ana, from the side")
        assert f"/custody/{picture.id}" in page
        assert f"/shots/{studio.shot.id}/takes/new?character={pilot.id}" in page
        assert 'name="asset"' not in page  # nothing else could be put on
        ended = browser.post(f"{address}/{first['id']}/end", follow=True)
        assert "Off the sheet" in ended.text
        assert 'name="asset"' in ended.text
        gone = client.post(f"/v1{address}/{second['id']}/end")
        assert (gone.status_code, gone.json()["entries"]) == (201, [])
        assert client.get(f"/v1{address}").json()["name"] == pilot.name
        # Put on again it stands last: a place is given once.
        (again,) = put_on_sheet(pilot.id, picture.id, actor=studio.producer).items
        assert again.position == 3

        integrate_all()
        logged = entries_about(studio.organisation_id, f"character:{pilot.id}")
        acts = [(one.type, one.fields) for one in sorted(logged, key=lambda one: one.index or 0)]
        put_on, taken_off = "generation.sheet.put_on", "generation.sheet.taken_off"
        assert [act for act, _ in acts] == [put_on, put_on, taken_off, taken_off, put_on]
        assert acts[2][1] == {"sheet_entry": first["id"], "custody_asset": str(picture.id)}

    def test_what_does_not_belong_on_it_is_refused(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard, vace_model: Path
    ) -> None:
        producer = studio.producer

        def refused(asset_id: UUID, error: type[StudioError], why: str | None = None) -> None:
            with pytest.raises(error, match=why):
                put_on_sheet(pilot.id, asset_id, actor=producer)

        refused(a_kept_picture(studio, kind=AssetKind.SCAN).id, SheetEntryUnfit, "it is of the kind scan")
        unread = a_kept_picture(studio, content=b"\x76\x2f\x31\x01" + bytes(64))
        refused(unread.id, SheetEntryUnfit, "image/x-exr cannot be read")
        refused(new_id(), NoSuchAsset)
        (entry,) = put_on_sheet(pilot.id, picture.id, actor=producer).items
        refused(picture.id, OnSheetAlready)
        taken_away = a_kept_picture(studio, label="Not yours")
        assert producer.user_id is not None
        set_access(taken_away.id, person_id=producer.user_id, allowed=False, actor=producer)
        refused(taken_away.id, SheetEntryUnfit, "not on its access list")
        destroyed = a_kept_picture(studio)
        destroy_asset(destroyed.id, actor=producer)
        refused(destroyed.id, AssetDestroyed)
        stranger = a_studio(vace_model)
        refused(a_kept_picture(stranger).id, NoSuchAsset)
        with pytest.raises(NoSuchCharacter):
            put_on_sheet(pilot.id, a_kept_picture(stranger).id, actor=stranger.producer)

        other = a_character(producer, studio.production, name="The Stoker")
        with pytest.raises(NoSuchSheetEntry):
            take_off_sheet(other.id, entry.id, actor=producer)
        take_off_sheet(pilot.id, entry.id, actor=producer)
        with pytest.raises(SheetEntryEnded):
            take_off_sheet(pilot.id, entry.id, actor=producer)
        with tenant(studio.organisation_id):
            CharacterSheetEntry.objects.bulk_create(
                CharacterSheetEntry(
                    organisation_id=studio.organisation_id,
                    character_id=pilot.id,
                    asset_id=picture.id,
                    position=number + 10,
                    put_on_at=entry.put_on_at,
                    put_on_by_id=producer.user_id,
                )
                for number in range(MOST_ON_SHEET)
            )
        one_more = a_kept_picture(studio)
        refused(one_more.id, SheetEntryUnfit, f"the sheet holds {MOST_ON_SHEET}")
        place_hold(
            NewHold(
                kind=HeldKind.PERFORMER,
                held_id=studio.consenting.id,
                reason=HoldReason.LAWSUIT,
                matter="Ruiz",
            ),
            actor=producer,
        )
        refused(one_more.id, AssetOnHold)
        assert set(_states(pilot, producer)) == {"on_hold"}

        browser, client = a_browser(producer), an_api_client(producer)
        address = f"/characters/{pilot.id}/sheet"
        assert browser.post(address, {"asset": str(picture.id)}).status_code == 400
        answer = client.post(f"/v1{address}", {"asset": str(picture.id)}, format="json")
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (
            409,
            "custody-asset-on-hold",
        )
        assert client.post(f"/v1{address}", {"asset": "no"}, format="json").status_code == 400

    def test_of_two_at_once_one_puts_it_on(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard
    ) -> None:
        def put_on(_: int) -> str:
            try:
                return str(len(put_on_sheet(pilot.id, picture.id, actor=studio.producer).items))
            except StudioError as refusal:
                return type(refusal).__name__
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as pool:
            assert sorted(pool.map(put_on, range(3))) == ["1", "OnSheetAlready", "OnSheetAlready"]

    def test_who_is_not_on_a_list_is_told_that_alone_and_who_makes_no_takes_changes_nothing(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard
    ) -> None:
        put_on_sheet(pilot.id, picture.id, actor=studio.producer)
        address = f"/characters/{pilot.id}/sheet"
        artist, auditor = _member(studio, Role.ARTIST), _member(studio, Role.AUDITOR)

        seen = a_browser(artist).get(address).text
        told = an_api_client(artist).get(f"/v1{address}")

        for private in (picture.label, studio.consenting.professional_name, str(picture.id)):
            assert private not in seen
            assert private not in told.content.decode()
        assert "You are not on its access list" in seen
        assert told.json()["entries"][0]["state"] == "not_on_access_list"
        assert artist.user_id is not None
        set_access(picture.id, person_id=artist.user_id, allowed=True, actor=studio.producer)
        assert picture.label in a_browser(artist).get(address).text
        assert f"/custody/{picture.id}" not in a_browser(artist).get(address).text
        (entry,) = character_sheet(pilot.id, actor=auditor).items
        assert "Take it off" not in a_browser(auditor).get(address).text
        assert f"/custody/{picture.id}" in a_browser(auditor).get(address).text
        assert a_browser(auditor).post(address, {"asset": str(picture.id)}).status_code == 403
        assert a_browser(auditor).post(f"{address}/{entry.id}/end").status_code == 403
        assert an_api_client(auditor).post(f"/v1{address}/{entry.id}/end").status_code == 403
        performer = _member(studio, Role.PERFORMER)
        assert a_browser(performer).get(address).status_code == 403
        assert address not in a_browser(performer).get(f"/productions/{studio.production.id}").text

    def test_its_tables_only_grow_and_no_other_studio_has_any_of_it(
        self, studio: Studio, picture: AssetCard, pilot: CharacterCard, vace_model: Path
    ) -> None:
        (entry,) = put_on_sheet(pilot.id, picture.id, actor=studio.producer).items
        take_off_sheet(pilot.id, entry.id, actor=studio.producer)
        for table in ("generation_charactersheetentry", "generation_charactersheetend"):
            for act in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"):
                with (
                    tenant(studio.organisation_id),
                    pytest.raises(DatabaseError, match=r"append-only|permission denied"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(act.format(table))
        stranger = a_studio(vace_model)
        with tenant(stranger.organisation_id):
            assert not CharacterSheetEntry.objects.exists()
            assert not CharacterSheetEnd.objects.exists()
        outside = a_browser(stranger.producer)
        assert outside.get(f"/characters/{pilot.id}/sheet").status_code == 404
        assert outside.post(f"/v1/characters/{pilot.id}/sheet/{entry.id}/end").status_code == 404
        # Past the doors too: the database knows whose character and whose likeness it is.
        own = a_character(stranger.producer, stranger.production)
        for character_id, asset_id in ((own.id, picture.id), (pilot.id, a_kept_picture(stranger).id)):
            with (
                tenant(stranger.organisation_id),
                pytest.raises(DatabaseError, match="same_organisation"),
                transaction.atomic(),
            ):
                CharacterSheetEntry.objects.create(
                    character_id=character_id,
                    asset_id=asset_id,
                    position=9,
                    put_on_at=entry.put_on_at,
                    put_on_by_id=stranger.producer.user_id,
                )
