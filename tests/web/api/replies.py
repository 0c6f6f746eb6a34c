"""Replies as mail programs send them, turned into text: what each says, or that it is unclear.

The answer is the code, and what is kept with it; `None` is a refusal that decides nothing.
"""

MENU = """\
make deploy

Approval ID: appr_0123456789abcdef0123456789abcdef
Menu:
1) Allow once
2) Allow for this session
3) Deny
Reply with 1/2/3/4 <note>/5 <replacement>/6 in the first line."""
QUOTED = "\n".join(f"> {line}" for line in MENU.split("\n"))
GMAIL = f"On Sat, Nov 21, 2026 at 12:00 PM ok2run <gate@example.org> wrote:\n\n{QUOTED}"
GMAIL_WRAPPED = (
    "On Saturday, November 21, 2026 at 12:00 PM the approval gate of our shop\n"
    f"<gate@example.org> wrote:\n\n{QUOTED}"
)
GMAIL_DE = f"Am Sa., 21. Nov. 2026 um 12:00 Uhr schrieb ok2run <\ngate@example.org>:\n\n{QUOTED}"
GMAIL_FR = f"Le sam. 21 nov. 2026 à 12:00, ok2run <gate@example.org> a écrit :\n\n{QUOTED}"
GMAIL_ZH = f"ok2run <gate@example.org> 于2026年11月21日周六 12:00写道：\n\n{QUOTED}"
APPLE = f"On Nov 21, 2026, at 12:00, ok2run <gate@example.org> wrote:\n\n{QUOTED}"
APPLE_ZH = f"在 2026年11月21日，12:00，ok2run <gate@example.org> 写道：\n\n{QUOTED}"
THUNDERBIRD = f"On 21/11/2026 12:00, ok2run wrote:\n{QUOTED}"
THUNDERBIRD_DE = f"Am 21.11.26 um 12:00 schrieb ok2run:\n{QUOTED}"
OUTLOOK = (
    "________________________________\nFrom: ok2run <gate@example.org>\n"
    f"Sent: Saturday, November 21, 2026 12:00 PM\nTo: Ana <ana@example.org>\n\n{MENU}"
)
OUTLOOK_OLD = f"-----Original Message-----\nFrom: gate@example.org\nSubject: x\n\n{MENU}"
OUTLOOK_DE = f"-----Ursprüngliche Nachricht-----\nVon: ok2run <gate@example.org>\n\n{MENU}"
OUTLOOK_DESKTOP = f"From: ok2run <gate@example.org>\nSent: 21 November 2026\n\n{MENU}"
OUTLOOK_ZH = f"发件人: ok2run <gate@example.org>\n发送时间: 2026年11月21日 12:00\n\n{MENU}"
QQ = f'------------------ 原始邮件 ------------------\n发件人: "ok2run";\n\n{MENU}'
QQ_LONG = f"------------------&nbsp;原始邮件&nbsp;------------------\n{MENU}"
NETEASE = f"---- 回复的原邮件 ----\n| 发件人 | ok2run |\n\n{MENU}"
NETEASE_OLD = f'在 2026-11-21 12:00:00，"ok2run" <gate@example.org> 写道：\n\n{MENU}'
FOXMAIL = f"发件人： ok2run\n发送时间： 2026-11-21 12:00\n收件人： ana\n\n{MENU}"
NETEASE_EN = f"---- Replied Message ----\n| From | ok2run |\n\n{MENU}"

ACTIONS = {
    "gmail": (f"1\n\n{GMAIL}", ("1", None)),
    "gmail, wrapped attribution": (f"1\n\n{GMAIL_WRAPPED}", ("1", None)),
    "gmail, windows line ends": (f"1\n\n{GMAIL}".replace("\n", "\r\n"), ("1", None)),
    "gmail in german": (f"2\n\n{GMAIL_DE}", ("2", None)),
    "gmail in french": (f"3\n\n{GMAIL_FR}", ("3", None)),
    "gmail in chinese": (f"6\n\n{GMAIL_ZH}", ("6", None)),
    "gmail with a signature": (f"1\n\n-- \nAna Example\nShop Ltd\n\n{GMAIL}", ("1", None)),
    "gmail with a name": (f"1\n\nAna\n\n{GMAIL}", ("1", None)),
    "gmail, denied with a reason": (f"3 not on a Friday\n\n{GMAIL}", ("3", None)),
    "gmail, a note": (f"4 tell me when done\n\n{GMAIL}", ("4", "tell me when done")),
    "gmail, a note in two lines": (f"4 one\ntwo\n\n{GMAIL}", ("4", "one\ntwo")),
    "gmail, a replacement": (f"5 make deploy-dry\n\n{GMAIL}", ("5", "make deploy-dry")),
    "gmail, below the quote": (f"{GMAIL}\n\n1", None),
    "apple mail": (f"1\n\n{APPLE}", ("1", None)),
    "apple mail in chinese": (f"3\n\n{APPLE_ZH}", ("3", None)),
    "iphone": (f"1\n\nSent from my iPhone\n\n{QUOTED}", ("1", None)),
    "iphone in chinese": (f"2\n\n发自我的iPhone\n\n{APPLE_ZH}", ("2", None)),
    "iphone in german": (f"1\n\nVon meinem iPhone gesendet\n\n{THUNDERBIRD_DE}", ("1", None)),
    "iphone, a note": (f"4 ok\n\nSent from my iPhone\n{APPLE}", ("4", "ok")),
    "thunderbird": (f"1\n\n{THUNDERBIRD}", ("1", None)),
    "thunderbird in german": (f"6\n{THUNDERBIRD_DE}", ("6", None)),
    "thunderbird, below the quote": (f"{THUNDERBIRD}\n1", None),
    "thunderbird, between quotes": ("> make deploy\n1\n> Menu:", None),
    "outlook on the web": (f"1\n\n{OUTLOOK}", ("1", None)),
    "outlook on a phone": (
        f"1\n\nGet Outlook for iOS<https://example.org/o>\n{OUTLOOK}",
        ("1", None),
    ),
    "outlook, old": (f"3\n\n{OUTLOOK_OLD}", ("3", None)),
    "outlook in german": (f"2\n\n{OUTLOOK_DE}", ("2", None)),
    "outlook, a note": (f"4 fine by me\n\n{OUTLOOK_DESKTOP}", ("4", "fine by me")),
    "outlook in chinese": (f"1\n\n{OUTLOOK_ZH}", ("1", None)),
    "outlook, a replacement": (f"5 make dry\r\n\r\n{OUTLOOK}", ("5", "make dry")),
    "qq": (f"1\n\n\n{QQ}", ("1", None)),
    "qq, hard blanks": (f"3\n{QQ_LONG}", ("3", None)),
    "qq, a note": (f"4 好的\n\n{QQ}", ("4", "好的")),
    "163": (f"1\n\n{NETEASE}", ("1", None)),
    "163, old": (f"2\n\n{NETEASE_OLD}", ("2", None)),
    "163 in english": (f"6\n{NETEASE_EN}", ("6", None)),
    "foxmail": (f"1\n\n{FOXMAIL}", ("1", None)),
    "foxmail, a replacement": (f"5 make dry\n\n{FOXMAIL}", ("5", "make dry")),
    "a poller's first line": ("1", ("1", None)),
    "a poller's first line, a note": ("4 carefully", ("4", "carefully")),
    "thanks": ("1 thanks!", ("1", None)),
    "thanks in chinese": ("1 谢谢", ("1", None)),
    "a hard blank": ("1\u00a0", ("1", None)),
    "full-width": ("１", None),
    "circled": ("①", None),
    "with a dot": ("1.", None),
    "with a bracket": (f"1)\n\n{GMAIL}", None),
    "the menu's own line": ("1) Allow once", None),
    "two digits": ("11", None),
    "code at the end": ("I think 1", None),
    "a greeting first": ("Hi,\n\n1", None),
    "in words": ("approve", None),
    "yes": ("yes, go ahead", None),
    "yes in chinese": ("同意", None),
    "a letter": ("A", None),
    "two codes": ("1\n3", None),
    "taken back": ("1\n\nNo wait, don't!", None),
    "taken back on the line": ("1 no, stop", None),
    "hedged": ("1 but only on staging", None),
    "hedged for always": ("6, except in production", None),
    "hedged in chinese": ("1 先等一下", None),
    "hedged in german": ("2 aber nicht heute", None),
    "taken back, curly": ("1 don’t", None),
    "a replacement of two lines": ("5 make deploy\nmake clean", None),
    "a replacement with a signature": ("5 make deploy\n\nAna Example\nShop Ltd", None),
    "a replacement with curly quotes": ("5 make deploy TAG=“1.4”", None),
    "a replacement with a hard blank": ("5 make\u00a0deploy", None),
    "a code without words": (f"4\n\n{GMAIL}", None),
    "nothing but a quote": (QUOTED, None),
    "nothing but a signature": ("-- \nAna", None),
    "nothing": (" \n\n", None),
    "out of office": ("I am away until Monday.\n\nAna", None),
    "bounce": ("The following message could not be delivered:\n1", None),
}
QUESTIONS = {
    "a letter": ("B", ["PostgreSQL"]),
    "a small letter": ("b", ["PostgreSQL"]),
    "a letter with a bracket": (f"B)\n\n{GMAIL}", ["PostgreSQL"]),
    "a letter with a dot": (f"A.\n\n{OUTLOOK}", ["SQLite"]),
    "by its code": (f"4 B\n\n{APPLE}", ["PostgreSQL"]),
    "by its code, signed": ("4 B\n\nAna", ["PostgreSQL"]),
    "by its words": ("4 PostgreSQL", ["PostgreSQL"]),
    "own words": (f"4 neither, use files\n\n{GMAIL}", ["neither, use files"]),
    "a letter, signed": ("A\n\nAna", ["SQLite"]),
    "no such letter": ("F", None),
    "two where one is asked": ("A, B", None),
    "two letters on two lines": ("A\nB", None),
    "taken back": ("A\nno, sorry", None),
    "a sentence": ("A good one", None),
    "full-width": ("Ｂ", None),
    "a code of actions": ("1", None),
    "a code of always": ("6", None),
    "words alone": ("PostgreSQL please", None),
    "denied": (f"3\n{QQ}", "denied"),
}
SEVERAL = {
    "with a blank": ("A, C", ["red", "blue"]),
    "without": ("c,a", ["red", "blue"]),
    "with brackets": (f"A), C)\n\n{GMAIL}", ["red", "blue"]),
    "chinese commas": (f"A，B、C\n\n{FOXMAIL}", ["red", "green", "blue"]),
    "one": ("B", ["green"]),
    "one that is not there": ("A, D", None),
    "by the code": ("4 A,C", ["red", "blue"]),
    "and": ("A and C", None),
}
