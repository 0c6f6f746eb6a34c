"""How a part here starts what is to go on beside it."""

from collections.abc import Callable, Coroutine
from typing import TypeAlias

Spawn: TypeAlias = Callable[[Coroutine[object, object, None]], object]
