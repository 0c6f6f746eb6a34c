"""What single programs do: the table is read by its first words, and says the same."""

import random

from bot.core.danger_table import BY_PROGRAM
from bot.core.program import Place, dangers_of_program

SEED = 20_261_121
HERE = Place(cwd="/home/ana/shop")


def test_every_row_of_the_table_is_found_in_whatever_order_its_words_stand():
    chance = random.Random(SEED)
    for program, rows in BY_PROGRAM.items():
        for words, danger in rows:
            arguments = [*words, "x", "--y=z", ""]
            chance.shuffle(arguments)

            assert danger in dangers_of_program(program, arguments, HERE), arguments


def test_the_rows_found_are_those_whose_words_all_stand_there():
    chance = random.Random(SEED)
    known = sorted({word for rows in BY_PROGRAM.values() for words, _ in rows for word in words})
    for program, rows in BY_PROGRAM.items():
        own = sorted({word for words, _ in rows for word in words})
        by_rule = ["x", *known]
        for _ in range(30):
            arguments = chance.choices([*own, chance.choice(by_rule), "--all=x", ""], k=4)
            given = {*arguments, *(word.partition("=")[0] for word in arguments)}
            wanted = {danger for words, danger in rows if given.issuperset(words)}

            found = dangers_of_program(program, arguments, HERE)

            assert wanted <= found, (program, arguments)
            assert len(found - wanted) <= 1, (program, arguments)  # what a rule of its own adds
