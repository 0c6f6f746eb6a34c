"""Statements are read from files by name, for either engine."""

import re
import sqlite3
from contextlib import closing
from importlib import resources

import asyncpg
import pytest

from bot.store import open_store, sqlite_path
from bot.store.statements import load, parse, statement

FILES = sorted(
    file.name for file in resources.files("bot.store").iterdir() if file.name.endswith(".sql")
)


def test_a_file_is_read_by_its_blocks():
    found = parse(
        "-- About the file.\n"
        "-- part: columns\n"
        "a, b\n"
        "\n"
        "-- Why this one is so.\n"
        "\n"
        "-- name: find\n"
        "SELECT {columns} FROM t\n"
        "-- by its id\n"
        "WHERE a = :a;\n"
        "\n"
        "-- name: add\n"
        "INSERT INTO t ({columns}) VALUES (:a, :b);\n"
    )

    assert found["find"].text == "SELECT a, b FROM t\nWHERE a = :a"
    assert found["add"].text == "INSERT INTO t (a, b) VALUES (:a, :b)"
    assert not found["find"].writes
    assert found["add"].writes


@pytest.mark.parametrize(
    "text",
    [
        "-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;\n",
        "-- part: one\na\n-- name: one\nSELECT 2;\n",
        "-- name: one\nSELECT {none};\n",
    ],
)
def test_a_name_that_is_not_clear_is_a_fault_of_the_program(text):
    with pytest.raises(ValueError, match="store"):
        parse(text)


def test_parameters_are_numbered_by_first_use():
    found = statement("s", "SELECT x FROM t WHERE a = :one AND b = :two AND c = :one")

    assert found.parameters == ("one", "two")
    assert found.numbered == "SELECT x FROM t WHERE a = $1 AND b = $2 AND c = $1"
    assert found.marked == "SELECT x FROM t WHERE a = ?1 AND b = ?2 AND c = ?1"


def test_values_are_taken_in_the_order_of_first_use():
    given = {"b": 2, "a": 1, "other": 3}

    assert statement("s", "SELECT x FROM t WHERE a = :a AND b = :b").values(given) == (1, 2)
    assert statement("s", "SELECT x FROM t WHERE b = :b").values(given) == (2,)
    assert statement("s", "SELECT x FROM t").values(given) == ()
    with pytest.raises(KeyError):
        statement("s", "SELECT x FROM t WHERE c = :c").values(given)


def test_what_only_looks_like_a_parameter_is_none():
    found = statement("s", "SELECT ':a', 'it''s :b', x::text, '12:30' FROM t WHERE c = :c")

    assert found.parameters == ("c",)
    assert found.numbered == "SELECT ':a', 'it''s :b', x::text, '12:30' FROM t WHERE c = $1"


@pytest.mark.parametrize("file", FILES)
def test_every_statement_keeps_to_what_both_engines_know(file):
    for each in load(file).values():
        words = each.text.upper().replace("(", " ").split()
        assert not {"PRAGMA", "AUTOINCREMENT", "ROWID", "STRICT", "REPLACE", "GLOB"} & set(words)
        assert "JSON" not in each.text.upper()
        assert ";" not in each.text


@pytest.mark.parametrize("file", FILES)
def test_a_parameter_that_stands_twice_has_its_type_beside_it(file):
    for each in load(file).values():
        for name in each.parameters:
            times = len(re.findall(rf":{name}\b", each.text))
            assert times == 1 or each.text.count(f"CAST(:{name} AS") == times, each.name


async def test_each_engine_takes_every_statement(database_url):
    async with open_store(database_url):
        pass
    statements = [each for file in FILES for each in load(file).values()]

    if database_url.startswith("sqlite:"):
        with closing(sqlite3.connect(sqlite_path(database_url))) as link:
            for each in statements:
                link.execute(f"EXPLAIN {each.text}", dict.fromkeys(each.parameters))
    else:
        link = await asyncpg.connect(database_url)
        for each in statements:
            await link.prepare(each.numbered)
        await link.close()
