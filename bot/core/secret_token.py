"""Kinds of secrets that are known by their own form, wherever they stand.

The forms are what their issuers print; where two kinds fit, the first names it.
"""

from bot.core.secret_kind import SecretKind, kind, token

_HEX = r"[a-fA-F0-9]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_END = r"(?![A-Za-z0-9])"
# Not within base64, where any letters occur.
_APART = r"(?<![^\s=:\"'])"
_ALONE = r"(?![^\s\"',;])"
_DIGIT = r"(?=[\w-]{0,80}[0-9])"
_MIXED = rf"{_DIGIT}(?=[\w-]{{0,80}}[A-Z])"
_PASSES = r"(?=[A-Za-z]{0,80}[0-9])(?=[A-Z0-9]{0,80}[a-z])"

_BLANK = r"(?:\s|\\[nr]|[\"'+,]){0,40}+"
_PEM = (
    r"-{4,5} ?BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)? ?-{4,5}"
    rf"(?:{_BLANK}(?:(?:Proc-Type|DEK-Info|Version|Comment): [\w ,./-]{{0,80}}+"
    r"|[A-Za-z0-9+/=]{20,}+))*+"
    rf"(?:{_BLANK}[A-Za-z0-9+/=]{{0,19}}+(?:{_BLANK}=[A-Za-z0-9+/]{{4}})?+"
    rf"{_BLANK}-{{4,5}} ?END (?:[A-Z0-9]{{1,12}} ){{0,4}}PRIVATE KEY(?: BLOCK)? ?-{{4,5}})?+"
)
_PUTTY = (
    rf"(?:{_BLANK}[A-Za-z0-9+/=]{{20,}}+)++(?:{_BLANK}[A-Za-z0-9+/=]{{1,19}}+(?=\s|\\n|[\"']|$))?+"
)

_KEYS = (
    kind("private key", ("begin ",), rf"(?P<value>{_PEM})"),
    kind("private key", ("private-lines",), rf"Private-Lines: [0-9]{{1,4}}(?P<value>{_PUTTY})"),
    token("age key", "age-secret-key-", shape=r"AGE-SECRET-KEY-1[0-9A-Z]{20,}+"),
    token("Nostr key", "nsec1", shape=r"nsec1[a-z0-9]{50,}+"),
    token("wallet key", "xprv", shape=r"xprv[a-zA-Z0-9]{80,}+"),
    token("JWT", "eyj", shape=r"eyJ[\w=-]{10,800}+\.[\w=-]{10,}+(?:\.[\w=-]*+){0,3}"),
    kind(
        "password hash",
        ("$",),
        r"(?P<value>\$(?:2[abxy]|[156y]|apr1|argon2(?:id|i|d)|scrypt|pbkdf2-sha\d{3})"
        r"\$[\w./$,=+-]{20,}+)",
    ),
)

_CLOUDS = (
    token(
        "AWS access key",
        "akia",
        "asia",
        "abia",
        "acca",
        "a3t",
        shape=r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16,}+",
    ),
    token("AWS Bedrock key", "absk", shape=r"ABSK[A-Za-z0-9+/]{60,}+={0,2}"),
    token("AWS MWS token", "amzn.mws", shape=rf"amzn\.mws\.{_UUID}"),
    token("Alibaba Cloud key", "ltai", shape=rf"LTAI{_PASSES}[A-Za-z0-9]{{12,}}+"),
    token("Tencent Cloud key", "akid", shape=rf"AKID{_PASSES}[A-Za-z0-9]{{28,}}+"),
    token("Yandex Cloud key", "aqvn", shape=r"AQVN[\w-]{30,}+"),
    token("Azure client secret", "q~", shape=r"[\w~.-]{3}[0-9]Q~[\w~.-]{30,}+"),
    token("Azure DevOps token", "azdo", shape=r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    token("Google key", "aiza", shape=r"AIza[\w-]{30,}+"),
    token("Google token", "ya29.", shape=r"ya29\.[\w.-]{20,}+"),
    token("Google client secret", "gocspx-", shape=r"GOCSPX-[\w-]{20,}+"),
    token("Google refresh token", "1//0", shape=r"1//0[\w-]{30,}+"),
    token("Firebase key", ":apa91b", shape=r"[\w-]{8,40}:APA91b[\w-]{60,}+"),
    token("DigitalOcean token", "_v1_", shape=r"do[opr]_v1_[a-f0-9]{32,}+"),
    token("Heroku key", "hrku-", shape=r"HRKU-[\w-]{30,}+"),
    token("Fly.io token", "fo1_", "fm1", "fm2", shape=r"(?:fo1|fm[12][ar]?)_[\w+/=-]{30,}+"),
    token("Netlify token", "nfp_", shape=r"nfp_[A-Za-z0-9]{30,}+"),
    token("Vercel token", "vercel_", "vcp_", shape=r"(?:vercel_blob_rw|vcp)_[A-Za-z0-9_]{20,}+"),
    token("Render key", "rnd_", shape=r"rnd_[A-Za-z0-9]{24,}+"),
    token("Cloudflare key", "v1.0-", shape=r"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}+"),
    token("Tailscale key", "tskey-", shape=r"tskey-[a-z]{2,12}-[\w-]{16,}+"),
    token("Terraform token", ".atlasv1.", shape=r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}+"),
    token("Vault token", "hvs.", "hvb.", "hvr.", shape=r"hv[sbr]\.[\w-]{20,}+"),
    token("Doppler token", "dp.", shape=r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}+"),
    token("1Password token", "ops_ey", shape=r"ops_eyJ[\w=+/-]{40,}+"),
    token("1Password key", "a3-", shape=r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{4,11}-){3,5}[A-Z0-9]{5}"),
    token("Pulumi token", "pul-", shape=r"pul-[a-f0-9]{40,}+"),
    token("PlanetScale token", "pscale_", shape=r"pscale_(?:tkn|oauth|pw)_[\w.=-]{30,}+"),
    token("Supabase key", "sbp_", "sb_secret_", shape=r"(?:sbp|sb_secret)_[\w-]{20,}+"),
    token("Databricks token", "dapi", shape=r"dapi[a-f0-9]{32}(?:-\d)?"),
)

_FORGES = (
    token("GitHub token", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", shape=r"gh[opsur]_\w{20,}+"),
    token("GitHub token", "github_pat_", shape=r"github_pat_\w{20,}+"),
    token(
        "GitLab token",
        "glpat-",
        "glptt-",
        "gldt-",
        "glrt-",
        "glft-",
        "glsoat-",
        "glcbt-",
        "glimt-",
        "glagent-",
        "gloas-",
        "glffct-",
        shape=r"gl(?:pat|ptt|dt|rt|rtr|ft|soat|cbt|imt|agent|oas|ffct)-[\w.-]{16,}+",
    ),
    token("GitLab token", "gr1348941", shape=r"GR1348941[\w-]{16,}+"),
    token("Bitbucket token", "atbb", "atctt3", shape=r"(?:ATBB|ATCTT3)[\w=-]{24,}+"),
    token("Atlassian token", "atatt3", shape=r"ATATT3[\w=+/-]{30,}+"),
    token("npm token", "npm_", shape=r"npm_[A-Za-z0-9]{30,}+"),
    token("PyPI token", "pypi-", shape=r"pypi-(?:AgE|AgN|[\w-]{32})[\w-]{12,}+"),
    token("RubyGems key", "rubygems_", shape=r"rubygems_[a-f0-9]{32,}+"),
    token("crates.io token", "cio", shape=rf"cio{_PASSES}[A-Za-z0-9]{{32}}{_END}"),
    token("NuGet key", "oy2", shape=rf"oy2[a-z0-9]{{43}}{_END}"),
    token("Clojars token", "clojars_", shape=r"CLOJARS_[a-z0-9]{40,}+"),
    token("Docker token", "dckr_", shape=r"dckr_(?:pat|oat)_[\w-]{20,}+"),
    kind(
        "Artifactory key", ("akc",), rf"{_APART}(?P<value>AKC{_PASSES}[a-zA-Z0-9]{{10,}}+){_ALONE}"
    ),
    kind(
        "Artifactory password",
        ("ap",),
        rf"{_APART}(?P<value>AP[0-9A-F]{_PASSES}[a-zA-Z0-9]{{16,}}+){_ALONE}",
    ),
    token("Artifactory token", "cmvmdgtu", shape=r"cmVmdGtu[A-Za-z0-9]{40,}+"),
    token("CircleCI token", "ccipat_", "cciprj_", shape=r"CCIP(?:AT|RJ)_\w{20,}+"),
    token("Buildkite token", "bkua_", "bkat_", shape=r"bk[ua][at]_[A-Za-z0-9]{30,}+"),
    token("SonarQube token", "squ_", "sqp_", "sqa_", shape=r"sq[upa]_[a-f0-9]{40}"),
    token("Sourcegraph token", "sgp_", shape=r"sgp_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}"),
    token("Sentry token", "sntry", shape=r"sntry[sua]_[\w=+/]{30,}+"),
    token("Grafana token", "glsa_", "glc_", shape=r"(?:glsa|glc)_[\w=+/]{30,}+"),
    token("New Relic key", "nrak-", "nrjs-", "nrii-", "nriq-", shape=r"NR[AJI][KSIQ]-[\w-]{18,}+"),
    token("Dynatrace token", "dt0", shape=r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{60,}+"),
    token("LaunchDarkly key", "sdk-", "mob-", "api-", shape=rf"(?:sdk|mob|api)-{_UUID}"),
    token("Postman key", "pmak-", shape=r"PMAK-[a-f0-9]{24}-[a-f0-9]{30,}+"),
    token("Prefect key", "pnu_", "pnb_", shape=r"pn[ub]_[A-Za-z0-9]{36}"),
)

_SERVICES = (
    token("Slack token", "xox", "xapp-", shape=r"(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{10,}+"),
    token("Discord token", ".", shape=r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}+"),
    token("Telegram bot token", ":", shape=r"(?:bot)?[0-9]{6,12}+:[\w-]{32,50}(?![\w-])"),
    token("Twilio key", "sk", "ac", shape=rf"(?:SK|AC)(?=[a-z]{{0,31}}[0-9])[a-z0-9]{{32}}{_END}"),
    token("SendGrid key", "sg.", shape=r"SG\.[\w-]{16,}+\.[\w-]{16,}+"),
    token("Mailgun key", "key-", shape=rf"key-[a-f0-9]{{32}}{_END}"),
    token("Mailchimp key", "-us", shape=rf"[0-9a-z]{{32}}-us[0-9]{{1,2}}{_END}"),
    token("Brevo key", "xkeysib-", "xsmtpsib-", shape=r"x(?:key|smtp)sib-[\w-]{30,}+"),
    token("Resend key", "re_", shape=rf"re_{_DIGIT}[A-Za-z0-9]{{8}}_[A-Za-z0-9]{{20,}}+"),
    token("Stripe key", "k_live_", "k_test_", shape=r"[rs]k_(?:live|test)_\w{10,}+"),
    token("webhook secret", "whsec_", shape=r"whsec_[\w+/=-]{16,}+"),
    token("Square token", "sq0", shape=r"sq0[a-z]{3}-[\w-]{20,}+"),
    token("Square token", "eaaa", shape=r"EAAA[\w-]{60}"),
    token("Facebook token", "eaa", shape=r"EAA[A-Za-z0-9]{80,}+"),
    token("Braintree token", "access_token$", shape=r"access_token\$[a-z]{4,12}\$[\w$]{30,}+"),
    token("Plaid token", "access-", shape=rf"access-(?:sandbox|development|production)-{_UUID}"),
    token("Razorpay key", "rzp_", shape=r"rzp_(?:live|test)_[A-Za-z0-9]{14,}+"),
    token("Flutterwave key", "flwseck", shape=r"FLWSECK(?:_TEST)?-[A-Za-z0-9-]{16,}+"),
    token("EasyPost key", "ezak", "eztk", shape=r"EZ[AT]K[A-Za-z0-9]{40,}+"),
    token("Shippo key", "shippo_", shape=r"shippo_(?:live|test)_[a-f0-9]{32,}+"),
    token("Duffel token", "duffel_", shape=r"duffel_(?:live|test)_[\w-]{30,}+"),
    token("Shopify token", "shp", shape=r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32,}+"),
    token("HubSpot token", "pat-", shape=rf"pat-(?:na|eu)[0-9]-{_UUID}"),
    token("Airtable token", "pat", shape=r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    token("Asana token", "/", shape=r"[12]/[0-9]{10,20}(?:/[0-9]{10,20})?:[a-f0-9]{32}"),
    token("Linear key", "lin_", shape=r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}+"),
    token("Notion token", "ntn_", "secret_", shape=rf"(?:ntn|secret)_{_MIXED}[A-Za-z0-9]{{40,}}+"),
    token("Figma token", "figd_", "figo_", "figu_", shape=r"fig[dou]_[\w-]{30,}+"),
    token("Dropbox token", "sl.", shape=r"sl\.(?:u\.)?[\w-]{80,}+"),
    token("Contentful token", "cfpat-", shape=r"CFPAT-[\w-]{30,}+"),
    token("Typeform token", "tfp_", shape=r"tfp_[\w.-]{40,}+"),
    token("ReadMe key", "rdme_", shape=r"rdme_[a-z0-9]{60,}+"),
    token("X token", "aaaaaaaaaaaaaaaaaaaaa", shape=r"A{21,22}[\w%]{40,}+"),
)

_MODELS = (
    token("Anthropic key", "sk-ant-", shape=r"sk-ant-[\w-]{16,}+"),
    token("OpenRouter key", "sk-or-", shape=r"sk-or-(?:v1-)?[\w-]{30,}+"),
    token("Langfuse key", "sk-lf-", shape=rf"sk-lf-{_UUID}"),
    token(
        "OpenAI key",
        "sk-",
        shape=rf"sk-(?:(?:proj|svcacct|admin|None)-|{_MIXED}|(?=[a-f0-9]{{32}}))[\w-]{{20,}}+",
    ),
    token("ElevenLabs key", "sk_", shape=r"sk_[a-f0-9]{40,}+"),
    token("Groq key", "gsk_", shape=r"gsk_[A-Za-z0-9]{30,}+"),
    token("xAI key", "xai-", shape=rf"xai-{_DIGIT}[A-Za-z0-9]{{40,}}+"),
    token("Perplexity key", "pplx-", shape=r"pplx-[A-Za-z0-9]{30,}+"),
    token("Replicate token", "r8_", shape=r"r8_[A-Za-z0-9]{30,}+"),
    token("Hugging Face token", "hf_", "api_org_", shape=r"(?:hf|api_org)_[A-Za-z0-9]{20,}+"),
    token("LangSmith key", "lsv2_", shape=r"lsv2_(?:pt|sk)_[a-f0-9_]{30,}+"),
    token("NVIDIA key", "nvapi-", shape=r"nvapi-[\w-]{40,}+"),
    token("Pinecone key", "pcsk_", shape=r"pcsk_\w{30,}+"),
    token("Tavily key", "tvly-", shape=r"tvly-[\w-]{24,}+"),
    token("ok2run key", "ok2_", shape=r"ok2_[\w-]{16,}+"),
)

TOKENS: tuple[SecretKind, ...] = (*_KEYS, *_CLOUDS, *_FORGES, *_SERVICES, *_MODELS)
