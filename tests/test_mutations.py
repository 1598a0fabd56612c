"""The judgement of mutations, alone and in groups, without a database: R3, R8, R11, atomic batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validates_schema

from server.errors import Refused
from server.grids import Grid
from server.groups import Answer, Group, Result
from server.model import (
    UINT32,
    Author,
    Change,
    Head,
    Mutation,
    MutationType,
    Record,
    Request,
    record_digest,
    uuid7,
)
from server.mutations import Trace

AMY, BEN = Author("amy", "Amy"), Author("ben", "Ben")


class Row(Schema):
    title = fields.String(required=True)
    size = fields.Integer()
    price = fields.Decimal(places=2)
    low = fields.Integer()
    high = fields.Integer()
    note = fields.String(load_default="none")

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        if "poison" in data.get("title", ""):
            raise RuntimeError("a bug in somebody's schema")
        if "low" in data and "high" in data and data["low"] > data["high"]:
            raise ValidationError("low must not be above high", "low")


GRID = Grid.from_schema("rows", "Rows", Row)


class Table:
    """A stored grid, as small as can be: what a store gives a group, and takes from it."""

    def __init__(self) -> None:
        self.head = Head("rows", "Rows", 1, "e1", 0, 0, 0)
        self.records: dict[str, Record] = {}
        self.outcomes: dict[str, Result] = {}
        self.changes: list[Change] = []

    def group(self) -> Group:
        return Group(GRID, self.head, self.records, self.outcomes, self.trace, "2026-01-01T00:00:00.000Z")

    def trace(self, id: str, field: str | None) -> Trace | None:
        for change in reversed(self.changes):
            if change.id == id and (field is None or field in (change.fields or {})):
                return Trace(change.revision, change.author, change.at)
        return None

    def write(self, group: Group, answers: Iterable[Answer]) -> None:
        self.records |= group.touched
        self.outcomes |= group.recorded
        self.changes += group.changes
        self.head = group.head
        for answer in answers:
            for result in [] if isinstance(answer, Refused) else answer:
                if result["status"] == "applied":
                    self.outcomes[result["mutation_id"]] = result
        self.check()

    def check(self) -> None:
        """What holds after every group: dense revisions, count and digest equal to a recount."""
        live = [record for record in self.records.values() if not record.deleted]
        assert [change.revision for change in self.changes] == list(range(1, self.head.revision + 1))
        assert self.head.count == len(live)
        assert self.head.digest == sum(record_digest(r.id, r.version) for r in live) & UINT32

    def run(self, *mutations: Mutation, author: Author = AMY, atomic: bool = False) -> Answer:
        group = self.group()
        answer = group.run(Request(mutations, author, atomic))
        self.write(group, [answer])
        return answer

    def one(self, mutation: Mutation, author: Author = AMY) -> Result:
        answer = self.run(mutation, author=author)
        assert not isinstance(answer, Refused)
        return answer[0]

    def add(self, **values: Any) -> str:
        result = self.one(ask("add_record", fields=values))
        assert result["status"] == "applied", result
        return str(result["id"])


def ask(type: MutationType, id: str | None = None, **more: Any) -> Mutation:
    return Mutation(type, uuid7(), id or uuid7(), **more)


@pytest.fixture
def table() -> Table:
    return Table()


def test_add_stores_what_marshmallow_made_of_it(table: Table) -> None:
    result = table.one(ask("add_record", fields={"title": "A", "price": "1.5", "size": None}))
    assert (result["status"], result["revision"]) == ("applied", 1)
    assert result["fields"] == {"title": "A", "price": "1.50", "note": "none"}


def test_r8_different_fields_of_one_record_both_win(table: Table) -> None:
    id = table.add(title="A", size=1)
    one = table.one(ask("update_record", id, fields={"title": "B"}, was={"title": "A"}))
    two = table.one(ask("update_record", id, fields={"size": 2}, was={"size": 1}), BEN)
    assert (one["status"], two["status"]) == ("applied", "applied")
    assert table.records[id].fields == {"title": "B", "size": 2, "note": "none"}


def test_r8_the_second_on_one_field_is_told_theirs_who_and_when(table: Table) -> None:
    id = table.add(title="A", size=1)
    table.one(ask("update_record", id, fields={"title": "B"}, was={"title": "A"}), BEN)
    second = table.one(
        ask("update_record", id, fields={"title": "C", "size": 2}, was={"title": "A", "size": 1})
    )
    assert second["status"] == "conflict"
    assert second["error"]["code"] == "conflict"
    assert second["conflicts"] == {
        "title": {"value": "B", "revision": 2, "author": BEN.to_wire(), "at": "2026-01-01T00:00:00.000Z"}
    }
    assert table.records[id].fields["size"] == 1, "nothing of a conflicting mutation is applied"


def test_r8_conflicts_inside_one_group_are_seen(table: Table) -> None:
    id = table.add(title="A")
    group = table.group()
    first = group.run(Request([ask("update_record", id, fields={"title": "B"}, was={"title": "A"})], BEN))
    second = group.run(Request([ask("update_record", id, fields={"title": "C"}, was={"title": "A"})], AMY))
    table.write(group, [first, second])
    assert not isinstance(second, Refused)
    assert second[0]["conflicts"]["title"]["author"] == BEN.to_wire()


def test_r8_a_value_that_is_there_already_is_fine_whatever_was(table: Table) -> None:
    id = table.add(title="A", price="2.50")
    result = table.one(ask("update_record", id, fields={"price": "2.5"}, was={"price": "9"}))
    assert (result["status"], result["revision"], table.head.revision) == ("noop", 1, 1)


def test_r8_was_is_compared_by_value_and_never_validated(table: Table) -> None:
    id = table.add(title="A", price="2.50")
    change = table.one(ask("update_record", id, fields={"price": "3"}, was={"price": "2.5"}))
    assert change["status"] == "applied"
    strange = table.one(ask("update_record", id, fields={"size": 3}, was={"size": {"no": "number"}}))
    assert strange["status"] == "conflict"


def test_r8_a_field_without_was_overwrites_and_says_what_it_replaced(table: Table) -> None:
    id = table.add(title="A")
    result = table.one(ask("update_record", id, fields={"title": "A", "size": 4}))
    assert (result["status"], result["revision"]) == ("applied", 2)
    assert result["replaced"] == {"title": "A", "size": None}


def test_r8_an_emptied_field_is_told_as_null_and_stored_as_absent(table: Table) -> None:
    id = table.add(title="A", size=1)
    result = table.one(ask("update_record", id, fields={"size": None}, was={"size": 1}))
    assert result["fields"] == {"size": None}
    assert "size" not in table.records[id].fields
    assert table.changes[-1].previous == {"size": 1}


def test_r8_delete_and_restore(table: Table) -> None:
    id = table.add(title="A")
    table.one(ask("update_record", id, fields={"title": "B"}))
    late = table.one(ask("delete_record", id, version=1), BEN)
    assert (late["status"], late["error"]["code"], late["error"]["revision"]) == ("conflict", "changed", 2)
    gone = table.one(ask("delete_record", id, version=2))
    assert (gone["status"], gone["fields"], table.head.count) == ("applied", None, 0)
    assert table.one(ask("delete_record", id))["status"] == "noop"
    update = table.one(ask("update_record", id, fields={"title": "C"}))
    assert (update["error"]["code"], update["error"]["author"]) == ("gone", AMY.to_wire())
    assert table.one(ask("add_record", id, fields={"title": "D"}))["error"]["code"] == "exists"
    back = table.one(ask("restore_record", id))
    assert (back["status"], back["fields"]["title"], table.changes[-1].kind) == ("applied", "B", "add")
    again = table.one(ask("restore_record", id))
    assert (again["status"], again["revision"]) == ("noop", 4)


@pytest.mark.parametrize("type", ["update_record", "delete_record", "restore_record"])
def test_an_id_never_known_is_refused(table: Table, type: MutationType) -> None:
    result = table.one(ask(type))
    assert (result["status"], result["error"]["code"], result["revision"]) == ("refused", "not_found", None)


def test_r3_a_repeated_mutation_returns_its_first_outcome_whatever_its_content(table: Table) -> None:
    id = table.add(title="A")
    edit = ask("update_record", id, fields={"title": "B"}, was={"title": "A"})
    first = table.one(edit)
    other = Mutation("delete_record", edit.mutation_id, uuid7(), flaw="even misshapen")
    assert table.one(other) == first
    assert table.head.revision == 2


@pytest.mark.parametrize(
    "values", [{"size": "x"}, {"title": None}, {"ghost": 1}, {"low": 3, "high": 1}], ids=str
)
def test_r3_a_refusal_is_final_too(table: Table, values: dict[str, Any]) -> None:
    id = table.add(title="A")
    edit = ask("update_record", id, fields=values)
    first = table.one(edit)
    assert (first["status"], first["error"]["code"]) == ("refused", "validation_failed")
    assert set(first["error"]["fields"]) & set(values)
    assert table.one(Mutation("update_record", edit.mutation_id, id, fields={"title": "fine"})) == first


def test_r3_one_id_twice_in_one_group_takes_effect_once(table: Table) -> None:
    edit = ask("add_record", fields={"title": "A"})
    group = table.group()
    answers = [group.run(Request([edit], AMY)), group.run(Request([edit], AMY))]
    table.write(group, answers)
    assert answers[0] == answers[1]
    assert table.head.revision == 1


def test_a_misshapen_mutation_is_refused_and_recorded(table: Table) -> None:
    edit = ask("add_record", flaw="add_record: 'fields': must be an object.")
    result = table.one(edit)
    assert (result["status"], result["error"]["code"]) == ("refused", "invalid_message")
    assert edit.mutation_id in table.outcomes


def test_one_poisoned_mutation_fails_alone_and_is_not_recorded(table: Table) -> None:
    poison = ask("add_record", fields={"title": "poison"})
    answer = table.run(
        ask("add_record", fields={"title": "A"}), poison, ask("add_record", fields={"title": "B"})
    )
    assert not isinstance(answer, Refused)
    assert [result["status"] for result in answer] == ["applied", "failed", "applied"]
    assert answer[1]["error"]["code"] == "internal"
    assert poison.mutation_id not in table.outcomes


def test_r11_the_merged_record_passes_cross_field_rules(table: Table) -> None:
    id = table.add(title="A", low=1, high=2)
    result = table.one(ask("update_record", id, fields={"high": 0}, was={"high": 2}))
    assert result["status"] == "refused"
    assert result["error"]["fields"] == {"low": ["low must not be above high"]}


def test_own_values_are_judged_before_the_conflict(table: Table) -> None:
    id = table.add(title="A", size=1)
    result = table.one(ask("update_record", id, fields={"size": "x"}, was={"size": 7}))
    assert result["status"] == "refused"


def test_atomic_applies_all(table: Table) -> None:
    one, two = ask("add_record", fields={"title": "A"}), ask("add_record", fields={"title": "B"})
    answer = table.run(one, two, atomic=True)
    assert not isinstance(answer, Refused)
    assert [result["revision"] for result in answer] == [1, 2]
    assert table.run(one, two, atomic=True) == answer, "repeated, it answers the same"


def test_atomic_applies_nothing_and_skips_the_innocent(table: Table) -> None:
    id = table.add(title="A")
    before = dict(table.records)
    good = ask("update_record", id, fields={"title": "B"}, was={"title": "A"})
    bad = ask("update_record", id, fields={"title": "C"}, was={"title": "X"})
    answer = table.run(good, ask("add_record", fields={"title": "N"}), bad, atomic=True)
    assert not isinstance(answer, Refused)
    assert [result["status"] for result in answer] == ["skipped", "skipped", "conflict"]
    assert answer[2]["conflicts"]["title"]["value"] == "A", "what is stored, never what the batch wrote"
    assert answer[2]["conflicts"]["title"]["revision"] == 1
    assert (table.records, table.head.revision) == (before, 1)
    assert table.one(good)["status"] == "skipped", "a skipped id is settled as well"


def test_atomic_batch_after_other_mutations_of_its_group_keeps_theirs(table: Table) -> None:
    id = table.add(title="A")
    group = table.group()
    first = group.run(Request([ask("update_record", id, fields={"title": "B"})], BEN))
    batch = [ask("update_record", id, fields={"title": "C"}), ask("delete_record")]
    second = group.run(Request(batch, AMY, atomic=True))
    table.write(group, [first, second])
    assert table.records[id].fields["title"] == "B"


def test_atomic_with_some_ids_known_is_a_message_that_makes_no_sense(table: Table) -> None:
    one, two = ask("add_record", fields={"title": "A"}), ask("add_record", fields={"title": "B"})
    table.one(one)
    answer = table.run(one, two, atomic=True)
    assert isinstance(answer, Refused)
    assert answer.code == "invalid_message"


def test_atomic_with_a_failed_one_records_nothing(table: Table) -> None:
    batch = [ask("add_record", fields={"title": "A"}), ask("add_record", fields={"title": "poison"})]
    answer = table.run(*batch, atomic=True)
    assert isinstance(answer, Refused)
    assert answer.code == "internal"
    assert (table.head.revision, table.outcomes) == (0, {})
