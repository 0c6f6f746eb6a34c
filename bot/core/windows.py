"""What a line of PowerShell or cmd endangers: their own words, which no POSIX shell has.

To refuse by, as `risk_shell` is; nothing here proves that a line is harmless.
"""

import re
from collections.abc import Iterator

from bot.core.danger import Danger, dangers_of_path
from bot.core.program_table import names

POWERSHELLS = names("powershell pwsh cmd powershell_ise pwsh-preview")

_DRIVE = r"[\"']?(?:[A-Za-z]:[\\/]?|[\\/])(?:\*(?:\.\*)?)?[\"']?(?:\s|$|[;&|)])"
_HOME = (
    r"[\"']?(?:\$(?:env:)?(?:HOME|USERPROFILE|SystemRoot|SystemDrive|windir|ProgramFiles|APPDATA)"
    r"|%(?:USERPROFILE|HOMEPATH|SystemRoot|SystemDrive|windir|ProgramFiles|APPDATA)%|~"
    r"|[A-Za-z]:[\\/](?:Windows|Users|Program Files(?: \(x86\))?|ProgramData)"
    r"(?:[\\/][^\\/\s\"']+)?)"
    r"[\\/]?\*?[\"']?(?:\s|$|[;&|)])"
)
_REMOVE = r"(?<![\w-])(?:Remove-Item|ri|rm|rmdir|rd|del|erase)\b"
_RECURSES = r"[^\n;|&]{0,300}?\s(?:-r(?:e(?:c\w*)?)?\b|/s\b)"
_PIECES: tuple[tuple[Danger, str], ...] = (
    (
        Danger.WIPES,
        rf"{_REMOVE}(?=[^\n;|&]{{0,300}}\s(?:-r|/s))[^\n;|&]{{0,300}}?\s(?:{_DRIVE}|{_HOME})",
    ),
    (Danger.DELETES, rf"{_REMOVE}{_RECURSES}"),
    (Danger.DELETES, r"-Recurse\b[^\n]{0,200}\|\s{0,9}(?:Remove-Item|ri|rm|del)\b"),
    (
        Danger.DELETES,
        r"\[(?:System\.)?IO\.Directory\]::Delete|\brobocopy\b[^\n]{0,300}\s/(?:mir|purge)\b",
    ),
    (
        Danger.DISK,
        r"(?<![\w-])format(?:\.com)?\s{1,9}[A-Za-z]:|\bdiskpart\b|\bFormat-Volume\b|\bClear-Disk\b"
        r"|\bInitialize-Disk\b|\b(?:Remove|Resize|New|Set)-Partition\b|\bcipher\s{1,9}/w"
        r"|\\\\\.\\PhysicalDrive|\bmanage-bde\b|\bchkdsk\b[^\n]{0,80}\s/[fr]\b|\bfsutil\b",
    ),
    (
        Danger.DATA,
        r"\bvssadmin\b[^\n]{0,80}\b(?:delete|resize)\b|\bwbadmin\b[^\n]{0,80}\bdelete\b"
        r"|\bshadowcopy\b[^\n]{0,80}\bdelete\b|Win32_ShadowCopy|\bClear-EventLog\b"
        r"|\bwevtutil\b[^\n]{0,20}\bcl\b|\bClear-RecycleBin\b|\bDisable-ComputerRestore\b"
        r"|\bClear-Content\b",
    ),
    (
        Danger.NETWORK_CODE,
        r"\b(?:iex|Invoke-Expression)\b[^\n]{0,300}\b(?:iwr|irm|curl|wget|DownloadString"
        r"|DownloadFile|WebClient|Invoke-(?:WebRequest|RestMethod))\b"
        r"|\b(?:iwr|irm|curl|wget|DownloadString|WebClient|Invoke-(?:WebRequest|RestMethod))\b"
        r"[^\n]{0,300}\|\s{0,9}(?:iex|Invoke-Expression|powershell|pwsh|cmd)\b"
        r"|\bDownloadString\b|\bmshta\b|\bregsvr32\b|\bbitsadmin\b[^\n]{0,80}/transfer"
        r"|\bStart-BitsTransfer\b|\bcertutil\b[^\n]{0,120}-urlcache|\brundll32\b|\binstallutil\b"
        r"|\bmsiexec\b[^\n]{0,120}https?:|\bInstall-(?:Module|Script|Package)\b|\bAdd-Type\b",
    ),
    (
        Danger.HIDDEN_CODE,
        r"\s[-/]e(?:c|n|nc|nco\w*)?\s{1,9}[A-Za-z0-9+/=]{4,}|FromBase64String|\bcertutil\b[^\n]{0,80}-decode"
        r"|\[(?:System\.)?Reflection\.Assembly\]::Load",
    ),
    (
        Danger.START_UP,
        r"\breg(?:\.exe)?\s{1,9}(?:add|delete|import|load|restore|copy)\b|\bschtasks\b"
        r"|\b(?:New|Set|Remove|Rename|Clear)-ItemProperty\b[^\n]{0,200}\b(?:HK(?:LM|CU|CR|U)|Registry)"
        r"|\b(?:New|Set|Remove)-Item\b[^\n]{0,200}\b(?:HK(?:LM|CU|CR|U):|Registry::)"
        r"|\b(?:New|Set|Remove|Stop|Start|Restart|Suspend)-Service\b|\bsc(?:\.exe)?\s{1,9}(?:\\\\\S+\s{1,9})?"
        r"(?:create|config|delete|stop|start|failure|sdset)\b|\bnet\s{1,9}(?:start|stop|share)\b"
        r"|\b(?:Register|New|Set|Unregister|Disable|Enable)-Scheduled(?:Task|Job)\w{0,20}|\bbcdedit\b"
        r"|\bSet-ExecutionPolicy\b|-(?:ExecutionPolicy|ep|exec)\s{1,9}(?:Bypass|Unrestricted)\b"
        r"|\bnetsh\b|\b(?:New|Set|Remove|Disable)-NetFirewall\w{1,20}|\b(?:Set|Add)-MpPreference\b"
        r"|\bsetx\b|\[Environment\]::SetEnvironmentVariable|CurrentVersion\\Run|\\Startup\\"
        r"|\$PROFILE\b|(?:Windows)?PowerShell\\[\w.]{0,40}profile\.ps1|\bwmic\b[^\n]{0,120}\bcall\b"
        r"|\bInvoke-(?:Wmi|Cim)Method\b|\bEnable-PSRemoting\b|\bDism\b|\bDisable-Windows\w{1,20}"
        r"|\bEnable-WindowsOptionalFeature\b|drivers\\etc\\hosts|\bUninstall-(?:Package|Module)\b",
    ),
    (
        Danger.PERMISSIONS,
        r"\bicacls\b|\btakeown\b|\bSet-Acl\b|\bcacls\b|\battrib\b[^\n]{0,80}\s/s\b"
        r"|\b(?:New|Add|Remove|Set|Enable|Disable)-Local(?:User|Group)\w{0,10}"
        r"|\bnet\s{1,9}(?:user|localgroup|group)\b[^\n]{0,120}/(?:add|delete|active)",
    ),
    (Danger.ROOT, r"\brunas\b|-Verb\s{1,9}[\"']?RunAs\b|\bgsudo\b|\bpsexec\b"),
    (
        Danger.STOPS,
        r"\b(?:Stop|Restart|Suspend)-Computer\b|\bshutdown(?:\.exe)?\s{1,9}[/-][srhpl]\b|\blogoff\b"
        r"|\bntsd\b|\bStop-Process\b[^\n]{0,80}\s-Name\s{1,9}\*",
    ),
    (
        Danger.CREDENTIALS,
        r"\bcmdkey\b|\bvaultcmd\b|\bGet-Credential\b|\bConvertFrom-SecureString\b|\bmimikatz\b"
        r"|\breg(?:\.exe)?\s{1,9}save\b|\bExport-PfxCertificate\b|Get-(?:Secret|StoredCredential)\b"
        r"|\b(?:Get-ChildItem|gci|dir|ls)\s{1,9}env:|\$env:\w{0,60}(?:TOKEN|SECRET|PASSWORD|API_?KEY|ACCESS_?KEY)"
        r"|\bnetsh\s{1,9}wlan\b[^\n]{0,80}key=clear|\bntds\.dit\b|Microsoft\\(?:Credentials|Protect)\b",
    ),
    (
        Danger.SENDS,
        r"\b(?:iwr|irm|Invoke-(?:WebRequest|RestMethod))\b[^\n]{0,300}\s-(?:InFile|Body|Form)\b"
        r"|\bSend-MailMessage\b|\bUploadFile\b|\bUploadString\b|Net\.Sockets\.TcpClient"
        r"|\bNew-PSSession\b|\bCopy-Item\b[^\n]{0,200}-ToSession|\bcopy\b[^\n]{0,200}\s\\\\\w",
    ),
    (
        Danger.UNREADABLE,
        r"(?:^|[;|&{(\n])\s{0,9}[&.]\s{0,9}(?:\$|\(|[\"'][^\"'\n]{0,100}[\"']\s{0,9}[+-])"
        r"|\b(?:iex|Invoke-Expression)\s{0,9}\(?\s{0,9}[$(]|\[ScriptBlock\]::Create|\^\w\^|%\w+:~\d",
    ),
    (
        Danger.GATE,
        r"\b(?:Stop-Process|taskkill|spps|kill|Stop-Service|sc|Remove-Item)\b[^\n]{0,200}\bok2run\b",
    ),
)
_DANGERS = tuple((danger, re.compile(pattern, re.IGNORECASE)) for danger, pattern in _PIECES)
_WORD = re.compile(r"[^\s\"'`;|&(){},<>]{1,1000}")
_READERS = names(
    "get-content gc type cat more get-childitem gci dir ls select-string sls findstr find get-item"
    " gi test-path resolve-path rvpa set-location sl cd pushd push-location where where-object fc"
    " compare-object get-filehash measure-object git echo write-output write-host tree"
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}(?: [A-Za-z0-9_./:+,=-]+){0,40}", re.ASCII)
_RUNNING = names(
    "iex invoke-expression icm invoke-command start-process saps start call for forfiles if cmd"
    " powershell pwsh invoke-item ii start-job sajb invoke-wmimethod wmic rundll32 mshta wscript"
    " cscript runas psexec wsl bash sh foreach-object foreach set-alias sal new-alias nal doskey"
    " function set schtasks at start-threadjob measure-command trace-command conhost msiexec"
)
_PARTS = re.compile(r"[;|&\n{}]+")


def is_plain_anywhere(text: str) -> bool:
    """Tell whether the words mean the same to every shell, as far as their bytes tell."""
    return _PLAIN.fullmatch(text) is not None and text.split(" ")[0].lower() not in _RUNNING


def dangers_in_windows(text: str) -> set[Danger]:
    """Return the dangers of a line that PowerShell or cmd takes; raises nothing."""
    found = {danger for danger, pattern in _DANGERS if pattern.search(text)}
    for path, is_written in _paths(text):
        found |= dangers_of_path(path, is_written=is_written)
    return found


def _paths(text: str) -> Iterator[tuple[str, bool]]:
    """Yield what may be paths, with `/` for the backslash, and whether they may be written."""
    for part in _PARTS.split(text):
        words = _WORD.findall(part)
        is_written = not words or words[0].lower() not in _READERS or ">" in part
        for word in words[1:]:
            yield word.replace("\\", "/"), is_written
