"""Commands as developers and their agents type them, without a secret in them.

Many speak of passwords, keys and tokens, or hold digests and other long words, for those are what
is most easily taken for a secret.
"""

import re
from collections.abc import Callable
from random import Random

from tests.core.data.command_templates import TEMPLATES

BLANK = re.compile(r"\{([a-z_]+)\}")

# What a blank may be filled with.
WORDS = {
    name: words.split()
    for name, words in {
        "branch": """
            main develop feature/password-reset fix/token-refresh release/2.4 ana/secret-rotation
            chore/bump-deps spike/api-keys hotfix/login
        """,
        "directory": """
            src tests web bot/core packages/auth internal/secrets lib docs services/token-issuer
            apps/shop cmd/server app/models
        """,
        "file": """
            src/auth.py tests/test_tokens.py lib/password.rb internal/keys/key.go a.ts README.md
            src/secret_store.rs docs/api-keys.md config/settings.yaml Makefile package.json
            src/components/PasswordInput.tsx pyproject.toml src/main.rs
            migrations/0042_add_token_hash.sql app/controllers/sessions_controller.rb
        """,
        "folder": "build dist node_modules target .pytest_cache coverage tmp/cache",
        "module": "auth.tokens shop.models secrets core.redaction billing app.keys",
        "name": """
            password token api_key secret getToken PASSWORD_MIN_LENGTH SECRET_KEY AuthToken
            refresh_token TODO deprecated passwordHash useEffect tokenize
        """,
        "package": """
            requests left-pad @types/node passlib python-jose serde jsonwebtoken keyring
            tokenizers react-dom secrets-manager pytest-xdist @auth/core
        """,
        "program": "server worker shop api cron frontend migrate token-service",
        "host": "localhost db.local staging.example.com api.example.com registry.local",
        "image": "postgres:16 redis:7-alpine registry.local/shop/api python:3.12-slim nginx",
        "test": """
            test_login test_token_expires test_password_too_short test_api_key_is_hashed
            test_totals test_secret_is_not_logged TestKeyRotation test_upload
        """,
        "target": "test lint build deploy check fmt docs keys release e2e",
        "user": "ana bo deploy root postgres git www-data",
        "variable": """
            TOKEN API_KEY DB_PASSWORD HOME NODE_ENV SECRET_KEY GITHUB_TOKEN STRIPE_KEY CI
            AWS_SECRET_ACCESS_KEY
        """,
        "table": "users orders api_tokens sessions password_resets audit_log",
        "url": """
            https://api.example.com/v1/tokens http://localhost:8080/health https://example.com
            https://registry.npmjs.org/left-pad http://127.0.0.1:3000/login?next=/keys
            https://raw.githubusercontent.com/a/b/main/README.md
            https://pypi.org/simple/passlib/
        """,
        "revision": "HEAD HEAD~1 origin/main @{u} HEAD^ stash@{0} v1.4.2",
    }.items()
}
WORDS["message"] = [
    "Fix the password reset mail",
    "Rotate the signing key",
    "Add token expiry",
    "Bump deps",
    "Hide secrets in logs",
    "Key the cache by user",
    "Do not log the api key",
    "feat(auth): store password hashes",
    "fix: token refresh race",
    "docs: keys and tokens",
]


def hexadecimal(length: int) -> Callable[[Random], str]:
    return lambda random: "".join(random.choices("0123456789abcdef", k=length))


DRAWN: dict[str, Callable[[Random], str]] = {
    "commit": hexadecimal(40),
    "short": hexadecimal(8),
    "digest": hexadecimal(64),
    "sum": hexadecimal(32),
    "id": lambda random: "-".join(hexadecimal(length)(random) for length in (8, 4, 4, 4, 12)),
    "number": lambda random: str(random.randint(1, 500)),
    "port": lambda random: str(random.choice([80, 443, 3000, 5432, 6379, 8000, 8080, 9090])),
    "version": lambda random: ".".join(str(random.randint(0, 20)) for _ in range(3)),
    "day": lambda random: f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
    "address": lambda random: f"10.{random.randint(0, 9)}.{random.randint(0, 99)}.7",
    "public": lambda random: f"203.0.113.{random.randint(1, 250)}",
}


def commands(seed: int, count: int) -> list[str]:
    """Return as many different commands, each of a template whose blanks are filled anew."""
    random = Random(seed)

    def word(blank: re.Match[str]) -> str:
        name = blank[1]
        return DRAWN[name](random) if name in DRAWN else random.choice(WORDS[name])

    drawn: dict[str, None] = {}
    while len(drawn) < count:
        drawn[BLANK.sub(word, random.choice(TEMPLATES))] = None
    return list(drawn)
