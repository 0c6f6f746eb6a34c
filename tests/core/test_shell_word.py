"""The value of a word, and that it is none where anything decides about it."""

import pytest

from bot.core.shell_word import value_of


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("a.b/c", "a.b/c"),
        ("'a b'\"c d\"e\\ f", "a bc de f"),
        ('"a\\"b\\\\c\\$d\\n"', 'a"b\\c$d\\n'),
        ('"a\\\nb"', "ab"),
        ("a\\\nb", "ab"),
        ('""', ""),
        ("{}", "{}"),
        ("a{}b", "a{}b"),
        ("[", "["),
        ("a$", "a$"),
        ('"a$ $"', "a$ $"),
        ("$'a\\n\\x41\\101\\'\\q'", None),
        ("$'a\\n\\x41\\101\\'b'", "a\nAA'b"),
        ("$'\\u0041\\U00000042'", "AB"),
        ("$'\\0x'", None),
        ("$'\\xff'", None),
        ("$'\\U7fffffff'", None),
        ("é", "é"),
        ("HEAD~1", "HEAD~1"),
        ("x=~", None),
        ("x:~/y", None),
        ("$x", None),
        ('"$x"', None),
        ('"`x`"', None),
        ("$(x)", None),
        ("*.py", None),
        ("a?", None),
        ("[ab]", None),
        ("~", None),
        ("{a,b}", None),
        ('$"a"', None),
        ("'a", None),
    ],
)
def test_a_word_has_a_value_only_where_nothing_else_decides(source, value):
    assert value_of(source) == value
