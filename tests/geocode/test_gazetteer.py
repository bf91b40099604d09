from __future__ import annotations

from pathlib import Path

import pytest
from addressbook import geocoder, known, labels

from mapsvc.errors import BadInput
from mapsvc.geocode.maker import GazetteerKeeper
from mapsvc.model.address import Correction, KnownAddress, Precision

YARD = [f"柳岸社区广厦小区{n}号楼" for n in (1, 2, 3, 13)]


def test_building_3_is_never_building_13() -> None:
    found = geocoder(YARD)
    assert labels(found, "广厦小区3#楼") == ["柳岸社区广厦小区3号楼"]
    assert labels(found, "广厦小区13#楼") == ["柳岸社区广厦小区13号楼"]
    assert labels(geocoder(["广厦小区13号楼"]), "广厦小区3号楼") == []
    assert labels(geocoder(["广厦小区3号楼"]), "广厦小区13号楼") == []


def test_a_building_is_not_its_entrance() -> None:
    assert labels(geocoder(["广厦小区3号楼2单元"]), "广厦小区3号楼") == []
    both = geocoder(["广厦小区3号楼", "广厦小区3号楼2单元"])
    assert labels(both, "广厦小区3号楼") == ["广厦小区3号楼"]
    assert labels(both, "广厦小区3号楼2单元") == ["广厦小区3号楼2单元"]


def test_a_door_in_a_known_building_is_told_as_the_building_and_what_is_missing() -> None:
    told = geocoder(YARD).geocode("广厦小区3号楼2单元501室")
    (answer,) = told.answers
    assert (answer.precision, answer.label) == (Precision.BUILDING, "柳岸社区广厦小区3号楼")
    assert answer.score < 1
    assert "entrance 2" in told.missing
    assert "room 501" in told.missing


def test_a_missing_building_gets_no_answer_though_its_compound_is_known() -> None:
    found = geocoder([*YARD, "广厦小区"])
    told = found.geocode("广厦小区9号楼")
    assert told.answers == ()
    assert told.missing == "building 9 is not known in 广厦小区."
    assert [a.precision for a in found.geocode("广厦小区").answers] == [Precision.COMPOUND]
    assert found.geocode("广厦小区北门垃圾桶旁").answers == ()
    assert found.geocode("广厦小区2单元").answers == ()


def test_a_missing_house_number_gets_no_answer_though_its_street_is_known() -> None:
    found = geocoder(["X Road 44", "X Road 46", "X Road"])
    told = found.geocode("X Road 45")
    assert told.answers == ()
    assert told.missing == "number 45 is not known in X Road."
    assert [a.precision for a in found.geocode("X Road").answers] == [Precision.STREET]


def test_a_region_alone_is_no_place() -> None:
    found = geocoder(YARD)
    assert found.geocode("柳岸社区").answers == ()
    assert found.geocode("肃州区东南街街道").answers == ()


def test_another_region_is_another_place() -> None:
    found = geocoder(["东河社区广厦小区3号楼", "西河社区广厦小区3号楼"])
    assert labels(found, "西河社区广厦小区3号楼") == ["西河社区广厦小区3号楼"]
    assert labels(found, "南河社区广厦小区3号楼") == []
    told = found.geocode("广厦小区3号楼")
    assert len(told.answers) == 2
    assert not told.is_single


def test_several_equal_places_stay_several() -> None:
    told = geocoder(["12 Main Street, Barre, VT", "12 Main Street, Stowe, VT"]).geocode("12 Main St")
    assert [answer.score for answer in told.answers] == [1, 1]
    assert not told.is_single
    assert geocoder(["12 Main Street, Barre, VT"]).geocode("12 Main St").is_single


def test_one_place_in_two_languages_is_one_answer() -> None:
    both = [KnownAddress("Poplar Road 16", 98.49, 39.73), KnownAddress("Poplar Road 16", 98.49001, 39.73)]
    told = GazetteerKeeper().build(both, {}).geocoder(()).geocode("16 Poplar Rd")
    assert len(told.answers) == 1
    assert told.is_single


def test_a_phase_that_is_said_counts_and_one_left_out_leaves_a_choice() -> None:
    found = geocoder(["广厦小区一期12号楼", "广厦小区三期12号楼"])
    assert labels(found, "广厦小区三期12栋") == ["广厦小区三期12号楼"]
    assert labels(found, "广厦小区二期12栋") == []
    assert len(labels(found, "广厦小区12栋")) == 2
    assert labels(geocoder(["广厦小区12号楼"]), "广厦小区三期12栋") == []


def test_a_slip_in_the_name_finds_it_with_a_lower_score() -> None:
    found = geocoder([*YARD, "6007 Applegate Lane, Louisville, KY 40219"])
    for text in ("广夏小区3号楼", "6007 Aplegate Lane, Louisville, KY", "6007 Applegate Lnae Louisvile KY"):
        (answer,) = found.geocode(text).answers
        assert 0.6 < answer.score < 1, text


def test_of_two_near_names_the_nearer_one_is_meant_even_where_it_lacks_the_number() -> None:
    found = geocoder(["10 Applegate Crossroad Lane", "12 Applegato Crossrood Lane"])
    assert found.geocode("12 Applegatu Crossroad Lane").answers == ()
    assert labels(found, "10 Applegatu Crossroad Lane") == ["10 Applegate Crossroad Lane"]


def test_a_kind_that_people_leave_out_or_add_is_no_other_name() -> None:
    assert labels(geocoder(["枣园小区1号楼"]), "枣园1号楼") == ["枣园小区1号楼"]
    assert labels(geocoder(["枣园1号楼"]), "枣园小区1号楼") == ["枣园1号楼"]
    assert labels(geocoder(["枣园1号楼"]), "枣苑1号楼") == []


def test_two_buildings_are_not_a_building_and_its_entrance() -> None:
    assert labels(geocoder(YARD), "广厦小区1-2号楼") == []
    assert labels(geocoder(YARD), "广厦小区1、2号楼") == []
    assert labels(geocoder(YARD), "广厦小区第1栋") == ["柳岸社区广厦小区1号楼"]


@pytest.mark.parametrize("text", ["我家在广厦小区1号楼", "Noise at Poplar Road 16", "No. 16 Poplar Road", "白杨路16"])
def test_an_address_within_other_words_is_found(text: str) -> None:
    assert len(labels(geocoder([*YARD, "Poplar Road 16", "白杨路16号"]), text)) == 1


def test_a_region_that_is_not_of_this_place_gets_no_answer() -> None:
    words = {"city": ["酒泉市"], "county": ["肃州区"]}
    found = geocoder(["白杨路16号"], words=words)
    assert labels(found, "酒泉市肃州区白杨路16号") == ["白杨路16号"]
    assert "敦煌市" in found.geocode("敦煌市白杨路16号").missing
    assert found.geocode("敦煌市白杨路16号").answers == ()
    # without a list of cities nothing speaks against it
    assert labels(geocoder(["白杨路16号"]), "敦煌市白杨路16号") == ["白杨路16号"]


def test_a_street_without_a_side_is_not_the_one_with_it_where_both_are_known() -> None:
    found = geocoder(["10 Main Street, Barre, VT", "12 North Main Street, Barre, VT", "9 South Elm Street, Barre, VT"])
    assert labels(found, "12 Main Street, Barre") == []
    assert labels(found, "12 N Main Street, Barre") == ["12 North Main Street, Barre, VT"]
    assert labels(found, "9 Elm Street, Barre") == ["9 South Elm Street, Barre, VT"]


def test_houses_of_a_village_count_within_their_group() -> None:
    found = geocoder(["李家村3组12号", "李家村4组12号"])
    assert labels(found, "李家村三组12号") == ["李家村3组12号"]
    assert labels(found, "李家村五组12号") == []


def test_a_known_name_is_never_taken_for_another_one() -> None:
    # Applegate has no 12; Applegato has, but Applegate is what was said
    found = geocoder(["10 Applegate Lane", "12 Applegato Lane"])
    assert found.geocode("12 Applegate Lane").answers == ()
    assert labels(found, "12 Applegatu Lane") == ["12 Applegato Lane"]


@pytest.mark.parametrize(("beside", "wider_m"), [("门口", 10), ("旁边", 20), ("对面", 40), ("附近", 100)])
def test_beside_and_opposite_widen_the_radius_and_lower_the_score(beside: str, wider_m: float) -> None:
    found = geocoder(YARD)
    (plain,), (near,) = found.geocode("广厦小区3号楼").answers, found.geocode(f"广厦小区3号楼{beside}").answers
    assert near.radius_m == pytest.approx(plain.radius_m + wider_m)
    assert near.score < plain.score


def test_a_crossing_is_found_from_either_street_and_by_slips() -> None:
    found = geocoder(["Main Street & 2nd Avenue", "白杨路与站前路路口"])
    assert labels(found, "2nd Ave / Main St") == ["Main Street & 2nd Avenue"]
    assert labels(found, "站前路和白杨路交叉口") == ["白杨路与站前路路口"]
    assert labels(found, "站前路和白扬路交叉口") == ["白杨路与站前路路口"]
    assert labels(found, "Main Street & 3rd Avenue") == []


def test_a_correction_wins_until_another_one_is_put() -> None:
    text = "肃州区广厦社区第三网格北门垃圾桶旁"
    keeper = GazetteerKeeper().build(known(YARD), {})
    one = Correction(keeper.normal_form(text), text, 98.5, 39.7, Precision.PLACE)
    told = keeper.geocoder([one]).geocode("肃州区广厦社区第3网格 北门垃圾桶旁")
    assert [(a.lon, a.lat, a.source, a.score) for a in told.answers] == [(98.5, 39.7, "correction", 1.0)]
    other = Correction(one.key, text, 98.6, 39.8, Precision.PLACE)
    assert keeper.geocoder([one, other]).geocode(text).answers[0].lon == 98.6
    assert keeper.geocoder([one]).geocode("肃州区广厦社区第4网格北门垃圾桶旁").answers == ()


def test_a_kept_gazetteer_answers_as_the_one_that_was_built(tmp_path: Path) -> None:
    keeper, path = GazetteerKeeper(), tmp_path / "cache" / "addresses.npz"
    built = keeper.build(
        known([*YARD, "12 Main Street, Barre, VT 05641", "Main Street & 2nd Avenue"]), {"street": ["江南水乡"]}
    )
    keeper.save(path, built, "mark 7")
    loaded = keeper.load(path)
    assert loaded is not None
    assert loaded[1] == "mark 7"
    for text in ("广厦小区3栋", "广夏小区3栋", "12 Main St", "2nd Ave & Main St", "江南水乡花园3号楼", "广厦小区4栋"):
        assert loaded[0].geocoder(()).geocode(text) == built.geocoder(()).geocode(text)


@pytest.mark.parametrize("bad", [b"", b"PK\x03\x04", b"no gazetteer"])
def test_a_damaged_file_is_no_gazetteer(tmp_path: Path, bad: bytes) -> None:
    path = tmp_path / "addresses.npz"
    path.write_bytes(bad)
    assert GazetteerKeeper().load(path) is None
    GazetteerKeeper().save(path, GazetteerKeeper().build(known(YARD), {}), "m")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert GazetteerKeeper().load(path) is None


def test_no_text_is_refused_and_a_very_long_one_has_no_answer() -> None:
    found = geocoder(YARD)
    for text in ("", "  ", "\u200b\x00\ufeff", "\ud800"):
        with pytest.raises(BadInput, match="address"):
            found.geocode(text)
    assert found.geocode("广厦小区3号楼" * 100_000).answers == ()
    assert "200" in found.geocode("9" * 10_000).missing


def test_an_empty_gazetteer_knows_nothing_and_says_so() -> None:
    told = geocoder([]).geocode("广厦小区3号楼")
    assert told.answers == ()
    assert told.missing == "广厦小区 is not known."
