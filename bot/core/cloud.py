"""What the command lines of clouds and hosts do, by the verbs that they share."""

import re
from collections.abc import Sequence

from bot.core.danger import Danger
from bot.core.program_table import names

CLOUDS = names(
    "aws awslocal gcloud gsutil bq az doctl hcloud linode-cli vultr vultr-cli oci ibmcloud aliyun"
    " tccli openstack scw exo civo heroku fly flyctl vercel netlify wrangler railway supabase"
    " pscale neonctl turso render eb copilot koyeb northflank upsun platform atlas confluent"
    " ccloud gh glab hub firebase azd rosa yc selectel upcloud upctl equinix metal packet triton"
    " okteto civo dopplerctl stripe twilio datadog-ci pulumi nomad cf dokku"
)
_LOOKED_AT = 6  # operands in which the verb stands
_HOSTS = names("gh glab hub")
_LOOKED_AT_HOSTS = 3

_VERBS: tuple[tuple[Danger, re.Pattern[str]], ...] = tuple(
    (danger, re.compile(pattern))
    for danger, pattern in (
        (
            Danger.RESOURCES,
            r"(?:batch-|bulk-|force-)?(?:delete|destroy|terminate|purge|remove|deregister"
            r"|abandon)(?:-(?!tags\b|labels\b|iam-policy-binding\b)[\w-]+)?"
            r"|release-[\w-]+|schedule-key-deletion|rm|rb"
            r"|[\w:-]+:(?:delete|destroy|remove|rm|reset|purge)|detach-volume"
            r"|disable-(?!metrics)[\w-]+|cancel-[\w-]+|delete_\w+",
        ),
        (
            Danger.MONEY,
            r"run-instances|request-spot-[\w-]+|purchase(?:-[\w-]+)?|register-domain|transfer-domain"
            r"|renew-domain|allocate-(?:hosts|address)|accept-reserved-[\w-]+|create-savings-plan"
            r"|create-(?:db-(?:instance|cluster)|cluster|nodegroup|fleet|capacity-reservation"
            r"|nat-gateway|replication-group|domain|dedicated-[\w-]+|auto-scaling-group)"
            r"|[\w-]*addons:create|modify-reserved-[\w-]+",
        ),
        (
            Danger.PERMISSIONS,
            r"(?:attach|put|detach|add|set|update|create|remove)-(?:[\w-]+-)?(?:policy|acl"
            r"|policy-binding|public-access-block|policy-version|permission|permissions|trust)"
            r"|authorize-security-group-[\w-]+|set-iam-policy|add-user-to-group"
            r"|update-assume-role-policy|delete-public-access-block",
        ),
    )
)
_CREATED = re.compile(
    r"instances?|vm|vms|vmss|droplets?|servers?|clusters?|linodes|node-pools?|nodepool"
    r"|machines?|volumes?|aks|load-balancers?|domains?"
)
_METHODS: dict[str, Danger] = {"DELETE": Danger.RESOURCES}
_API = re.compile(
    r"(?:^|/)(?P<what>git/refs/|collaborators|environments|hooks|keys|actions/secrets)"
)
_WRITTEN = names("PUT PATCH POST DELETE")
_BY_PLACE = {
    "git/refs/": Danger.REWRITES,
    "collaborators": Danger.PERMISSIONS,
    "environments": Danger.PERMISSIONS,
    "hooks": Danger.SENDS,
    "keys": Danger.CREDENTIALS,
    "actions/secrets": Danger.CREDENTIALS,
}


def cloud_dangers(name: str, arguments: Sequence[str]) -> set[Danger]:
    """Return the dangers of a cloud's command by its verb among the first words."""
    words = [word for word in arguments if not word.startswith("-")]
    first = words[: _LOOKED_AT_HOSTS if name in _HOSTS else _LOOKED_AT]
    found = {
        danger for danger, pattern in _VERBS if any(pattern.fullmatch(word) for word in first)
    }
    if "create" in first and name not in _HOSTS and any(map(_CREATED.fullmatch, first)):
        found.add(Danger.MONEY)
    if "api" in first:
        found |= _dangers_of_call(arguments)
    return found


def method_of(arguments: Sequence[str]) -> str:
    """Return the HTTP method that the options name, in capitals; empty where none is named."""
    for option, value in zip(arguments, (*arguments[1:], ""), strict=False):
        if option in {"-X", "--request", "--method"}:
            return value.upper()
        if option.startswith(("--request=", "--method=")):
            return option.partition("=")[2].upper()
        if option.startswith("-X"):
            return option[2:].upper()
    return ""


def _dangers_of_call(arguments: Sequence[str]) -> set[Danger]:
    method = method_of(arguments)
    found = {_METHODS[method]} if method in _METHODS else set()
    if method in _WRITTEN:
        found |= {_BY_PLACE[place["what"]] for word in arguments if (place := _API.search(word))}
    return found
