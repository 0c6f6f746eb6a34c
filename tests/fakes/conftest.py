"""A fake to talk to, and people in it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiogram import Bot

from tests.fakes.telegram import Chat, FakeTelegram, Person
from tests.fakes.test_fake_telegram import bot_of


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with bot_of(telegram) as one:
        yield one


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person(1001, "Ana")


@pytest.fixture
def ben(telegram: FakeTelegram) -> Person:
    return telegram.person(1002, "Ben", language="zh")


@pytest.fixture
def team(telegram: FakeTelegram, ana: Person, ben: Person) -> Chat:
    return telegram.group(-1001234, "Team", members=[ana, ben], topics={7: "agents"})
