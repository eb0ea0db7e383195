"""Adding to the config file: the first one, and profiles at its end.

What a person wrote is never rewritten, so comments and order survive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sms_monitor.core.errors import ConfigError
from sms_monitor.services.config import parse_config
from sms_monitor.services.files import locked, storage_error, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE_CONFIG = """\
# sms-monitor. After a change run: sms-monitor config check
config_version = 1

# The profile used when none is named with --profile or SMS_MONITOR_PROFILE.
default_profile = "tt02"

# Seconds between two looks at an order, 2 to 3600.
# interval = 15

# Requests to Altinn a minute, of all orders together, 6 to 6000. What does not fit waits.
# requests_per_minute = 60

# Days for which history is kept: what was seen of SMS, with numbers. 0 keeps none on the disk.
# history_days = 30
# max_body_mb = 64

# Colours. In the monitor, ctrl-p lists the names.
# theme = "nord"

# How the monitor copies: "osc52" through the terminal, "screen" shows the text to be selected
# with the mouse, "off" copies nothing.
# clipboard = "osc52"

# Language of the guidance and of what to tell the caller: "nb" or "en". Without it, the locale's.
# language = "nb"

# The log, beside the state file: "info", or "debug" for every request too.
# log_level = "info"

# Draw sparklines and bars in ASCII. Without it, where the terminal is known to have no blocks.
# ascii = true

# When an order counts as abnormal, stalled or a possible outage. These are the defaults.
# [thresholds]
# abnormal_failures = 5  # fewer failed SMS are never abnormal
# abnormal_percent = 5  # nor is a lower share of the SMS that are final
# abnormal_times_median = 3  # nor less than so many times what is usual in the environment
# outage_percent = 50  # one cause in more than this share of the failures
# outage_minutes = 10  # within so many minutes
# stalled_minutes = 30  # nothing moves for so long while SMS are sent
# same_minute = 5  # so many failures of one kind in a minute are pointed out

# Other keys for the monitor; its command :keys lists the names. "" takes a key away.
# [keys]
# next-fault = "n,ctrl+n"

# When you are called. These are the defaults; 0 switches a rule off.
# [alerts]
# failed = 1  # so many new failed SMS of one order
# late = 1  # so many new stuck or dead ones
# rate_percent = 10  # more than this share failed of the SMS that are final
# rate_of = 20  # and so many are final
# final = false  # every SMS of an order is final
# bell = true  # the terminal's bell
# notify = "off"  # a notification on the desktop: "osc9" or "osc777", as your terminal takes it
# quiet = "22-07"  # in Oslo: alerts are shown, but nothing rings and no hook is run
# hook = ["notify-team", "--json"]  # gets each alert as JSON on stdin; no shell is used

[profiles.tt02]
# prod, tt02, at22, at23, at24, yt01, or custom with a base_url
environment = "tt02"
auth = "token"
# Where the Altinn token is; never the token itself. One of these four:
token = { env = "ALTINN_TOKEN_TT02" }
# token = { file = "tt02.token" }  # relative to this file, mode 0600
# token = { command = ["altinn-token", "--env", "tt02"] }  # prints it; no shell is used
# token = { keyring = "altinn/tt02" }  # SERVICE/USER; needs sms-monitor[keyring]
# A PEM file with certificates to trust besides the system's, such as a company proxy's.
# ca_bundle = "~/company-ca.pem"

# A client of your own in Maskinporten, made in Samarbeidsportalen with the scope
# altinn:serviceowner/notifications.create
# [profiles.own-client]
# environment = "tt02"
# auth = "maskinporten"
# client_id = "0b1f4c1e-7d3a-4a6e-9f57-2f6d1c1c2a11"
# The private key: a JWK, a PEM file or PKCS#12, given in the same four ways as a token.
# key = { file = "tt02.jwk.json" }
# kid = "my-key"  # the key's name in Samarbeidsportalen; a JWK may hold it itself
# key_password = { command = ["pass", "show", "maskinporten/tt02"] }
# key_expires = 2027-05-01  # a registered key lives for a year; you are warned from 30 days before
# consumer_org = "991825827"  # only for a supplier: whom it acts for
# resource = "https://example.altinn.no"  # restricts the token; Altinn does not ask for it
# use_ttd = true  # only for Digdir's own clients, in tt02

# [profiles.prod]
# environment = "prod"
# auth = "token"
# token = { command = ["altinn-token", "--env", "prod"] }
# interactive = true  # the command asks you something, so it is run before the screen opens
# confirm = true  # asks before the profile is used

# An Altinn app's own token. It lives for 5 minutes, so a command makes it.
# [profiles.app]
# environment = "tt02"
# auth = "platform-token"
# token = { command = ["platform-token", "--app", "my-app"] }

# The simulator: sms-monitor simulate --port 5090
# [profiles.local]
# environment = "custom"
# base_url = "http://127.0.0.1:5090"  # plain http is for this machine only
# auth = "none"
# With a Maskinporten of its own a custom environment needs also:
# maskinporten_issuer = "http://127.0.0.1:5090/"  # letter by letter, with its last slash
# maskinporten_token_endpoint = "http://127.0.0.1:5090/token"  # else the issuer is asked for it
"""


def init_config(path: Path) -> None:
    """Write `EXAMPLE_CONFIG` to `path`; raises `ConfigError` when there is a file already."""
    with locked(path):
        if path.exists():
            raise ConfigError(
                f"{path} exists already and was left as it is.",
                "Edit it, or move it away and run `sms-monitor config init` again.",
            )
        write_atomically(path, EXAMPLE_CONFIG)


def append_profile(path: Path, name: str, block: str) -> None:
    """Add `[profiles.NAME]` with the lines of `block` under it to the end of `path`.

    The rest of the file stays as it is, byte for byte; a missing file is made. The whole is
    checked before it is kept: raises `ConfigError` when the file was wrong already, has that
    profile, or would be wrong or changed elsewhere by `block`.
    """
    with locked(path):
        try:
            before = path.read_bytes().decode()
        except FileNotFoundError:
            before = "config_version = 1\n"
        except OSError as error:
            raise storage_error(path, "read", error) from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
        old = parse_config(before, path)
        if name in old.profiles:
            raise ConfigError(
                f'{path} has a profile "{name}" already.', "Choose another name, or edit that one."
            )
        end = "\r\n" if "\r\n" in before else "\n"
        gap = "" if before.endswith("\n") or not before else end
        added = [f"[profiles.{name}]", *block.strip().splitlines()]
        after = before + gap + end + end.join(added) + end
        new = parse_config(after, path)
        profiles = {key: table for key, table in new.profiles.items() if key != name}
        if new.model_copy(update={"profiles": profiles}) != old:
            raise ConfigError(
                f'The lines for profile "{name}" hold another table; nothing was written.',
                "Give only the lines that go under the profile's name.",
            )
        write_atomically(path, after)
