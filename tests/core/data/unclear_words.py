"""What people write under a card that must never approve it, whatever it sounds like."""

UNCLEAR = (
    *("no", "No.", "NO", "NO don't", "no!!", "nope", "nah", "n", "never", "stop", "cancel"),
    *("don't", "do not do it", "no no no", "not yet", "wait", "hold on", "hmm", "?", "??"),
    *("yes", "Yes.", "YES", "yes!", "y", "yep", "yeah sure", "yes please", "yes but…"),
    *("yes but not in production", "yes, if the tests pass", "yes and no", "yes or no?"),
    *("ok", "OK", "ok?", "okay", "okay but use staging", "k", "kk", "fine", "fine by me"),
    *(
        "sure",
        "sure, why not",
        "approve",
        "approve?",
        "approved",
        "I approve",
        "allow",
        "allow it",
    ),
    *("accept", "confirm", "lgtm", "LGTM 👍", "👍", "👌", "✅", "🆗", "❤️", "1", "6", "A", "true"),
    *("go", "go ahead", "do it", "run it", "ship it", "proceed", "please continue", "always"),
    *("session", "approve all", "approve everything from now on", "/approve", "/yes", "{}"),
    *('{"decision": "approved"}', "decision=approved", "sudo yes", "yes\nno", "no\nyes"),
    *("wrong branch, use staging", "git push origin staging", "ja", "sí", "oui", "да"),
    *("好", "好的", "好吧", "好？", "可以", "可以吗", "可以，但是先等等", "行", "不行", "不要"),
    *("是", "是的", "是的但是", "是的，不过先跑测试", "同意", "不同意", "批准", "拒绝", "通过"),
    *("没问题", "等一下", "先别", "为什么", "确认", "确认？", "运行吧", "嗯", "别", "好不好"),
)

# With the code of the card in the place of {code}: nearly right, and so not right.
NEARLY = (
    *(
        "yes{code}",
        "yes {code} please",
        "yes {code}, but wait",
        "yes, {code} no wait",
        "ok {code}",
    ),
    *(
        "{code}",
        "{code} yes",
        "yes {code} {code}",
        "yes {code}x",
        "yes  my {code}",
        "approve {code}",
    ),
    *("y {code}", "yes #{code}", "yes ({code})", "yess {code}", "yes-{code}", "yes/{code}"),
    *("please yes {code}", "not yes {code}", "don't yes {code}", "yes {code}\nno", "是 {code}"),
    *(
        "yes {code}?!? no",
        "if ok then yes {code}",
        "“no” yes {code}",
        "/yes {code}",
        "yes {code} 不",
    ),
)
