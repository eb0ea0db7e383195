"""The three scripts, each in the words of its shell."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from sms_monitor.cli.arguments import WORDS_OF_ORDERS, WORDS_OF_PROFILES
from sms_monitor.cli.commands import GROUPS

if TYPE_CHECKING:
    from sms_monitor.cli.completion import Completed, Option

_GROUPS = "|".join(GROUPS)


def bash(commands: Sequence[Completed]) -> str:
    """Return the script for bash 4 and newer."""
    return f"""\
# bash completion for sms-monitor. Made by: sms-monitor completion bash
_sms_monitor_lines() {{
    local line
    while IFS= read -r line; do
        [[ -n $line && $line == "$cur"* ]] && COMPREPLY+=("$(printf %q "$line")")
    done
}}
_sms_monitor() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
    local command='' profile=() words='' options='' orders='' word i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${{COMP_WORDS[i]}}
        case $word in
            --profile) profile=(--profile "${{COMP_WORDS[++i]}}") ;;
            -*) ;;
            *) case $command in
                '') command=$word ;;
                {_GROUPS}) command="$command $word" ;;
            esac ;;
        esac
    done
    case "$command $before" in
        *' --profile') _sms_monitor_lines < <(sms-monitor completion {WORDS_OF_PROFILES} \
2>/dev/null); return ;;
{_joined(_bash_values(commands))}
    esac
    case $command in
{_joined(_bash_words(commands))}
        *) orders=yes ;;
    esac
    if [[ $cur == -* ]]; then
        _sms_monitor_lines < <(printf '%s\\n' $options)
        return
    fi
    _sms_monitor_lines < <(printf '%s\\n' $words)
    if [[ -n $orders ]]; then
        _sms_monitor_lines < <(sms-monitor "${{profile[@]}}" completion {WORDS_OF_ORDERS} \
2>/dev/null)
    fi
}}
complete -F _sms_monitor sms-monitor"""


def _bash_values(commands: Sequence[Completed]) -> Iterator[str]:
    for command, option in _with_value(commands):
        pattern = "|".join(f"'{command.name} {flag}'" for flag in option.flags)
        if option.values:
            what = f"_sms_monitor_lines < <(printf '%s\\n' {' '.join(option.values)}); return"
        elif option.takes == "file":
            what = "compopt -o default; return"
        else:
            what = "return"
        yield f"        {pattern}) {what} ;;"


def _bash_words(commands: Sequence[Completed]) -> Iterator[str]:
    for command in commands:
        words = " ".join(word for word, _ in command.words)
        options = " ".join(flag for option in command.options for flag in option.flags)
        orders = " orders=yes" if command.orders else ""
        yield f"        '{command.name}') words='{words}' options='{options}'{orders} ;;"


def zsh(commands: Sequence[Completed]) -> str:
    """Return the script for zsh: a file `_sms-monitor` in its fpath, or to be sourced."""
    return f"""\
#compdef sms-monitor
# zsh completion for sms-monitor. Made by: sms-monitor completion zsh
_sms_monitor() {{
    local before=$words[CURRENT-1] command='' word orders='' i
    local -a profile choices options names
    for ((i = 2; i < CURRENT; i++)); do
        word=$words[i]
        case $word in
            --profile) profile=(--profile "$words[++i]") ;;
            -*) ;;
            *) case $command in
                '') command=$word ;;
                {_GROUPS}) command="$command $word" ;;
            esac ;;
        esac
    done
    case "$command $before" in
        *' --profile') names=(${{(f)"$(sms-monitor completion {WORDS_OF_PROFILES} \
2>/dev/null)"}}); compadd -a names; return ;;
{_joined(_zsh_values(commands))}
    esac
    case $command in
{_joined(_zsh_words(commands))}
        *) orders=yes ;;
    esac
    if [[ $PREFIX == -* ]]; then
        _describe option options
        return
    fi
    (( $#choices )) && _describe command choices
    if [[ -n $orders ]]; then
        names=(${{(f)"$(sms-monitor $profile completion {WORDS_OF_ORDERS} 2>/dev/null)"}})
        compadd -a names
    fi
}}
if [[ $funcstack[1] == _sms-monitor ]]; then
    _sms_monitor "$@"
else
    compdef _sms_monitor sms-monitor
fi"""


def _zsh_values(commands: Sequence[Completed]) -> Iterator[str]:
    for command, option in _with_value(commands):
        pattern = "|".join(f"'{command.name} {flag}'" for flag in option.flags)
        if option.values:
            what = f"compadd {' '.join(option.values)}; return"
        else:
            what = "_files; return" if option.takes == "file" else "return"
        yield f"        {pattern}) {what} ;;"


def _zsh_words(commands: Sequence[Completed]) -> Iterator[str]:
    def described(word: str, about: str) -> str:
        return shlex.quote(f"{word}:{about}" if about else word)

    for command in commands:
        choices = " ".join(described(*pair) for pair in command.words)
        options = " ".join(
            described(flag, option.about) for option in command.options for flag in option.flags
        )
        orders = " orders=yes" if command.orders else ""
        yield f"        '{command.name}') choices=({choices}) options=({options}){orders} ;;"


def fish(commands: Sequence[Completed]) -> str:
    """Return the script for fish 3 and newer."""
    return f"""\
# fish completion for sms-monitor. Made by: sms-monitor completion fish
function __sms_monitor_command
    set -l command ''
    set -l words (commandline -opc)[2..-1]
    while set -q words[1]
        switch $words[1]
            case --profile
                set -e words[1]
            case '-*'
            case '*'
                switch "$command"
                    case ''
                        set command $words[1]
                    case {" ".join(GROUPS)}
                        set command "$command $words[1]"
                end
        end
        set -e words[1]
    end
    echo $command
end
function __sms_monitor_at
    test (__sms_monitor_command) = "$argv"
end
function __sms_monitor_profile
    set -l words (commandline -opc)
    if set -l place (contains -i -- --profile $words); and set -q words[(math $place + 1)]
        echo --profile
        echo $words[(math $place + 1)]
    end
end
complete -c sms-monitor -f
{_joined(_fish_lines(commands))}"""


def _fish_lines(commands: Sequence[Completed]) -> Iterator[str]:
    orders = f"(sms-monitor (__sms_monitor_profile) completion {WORDS_OF_ORDERS} 2>/dev/null)"
    profiles = f"(sms-monitor completion {WORDS_OF_PROFILES} 2>/dev/null)"
    for command in commands:
        begin = f"complete -c sms-monitor -n '__sms_monitor_at \"{command.name}\"'"
        for word, about in command.words:
            told = f" -d {_fish(about)}" if about else ""
            yield f"{begin} -a {_fish(word)}{told}"
        if command.orders:
            yield f"{begin} -a {_fish(orders)} -d order"
        for option in command.options:
            yield f"{begin} {_fish_option(option, profiles)} -d {_fish(option.about)}"


def _fish_option(option: Option, profiles: str) -> str:
    flags = " ".join(
        f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
    )
    match option.takes:
        case "nothing":
            return flags
        case "file":
            return f"{flags} -rF"
        case "profile":
            return f"{flags} -xa {_fish(profiles)}"
        case _:
            return (
                f"{flags} -xa {_fish(' '.join(option.values))}" if option.values else f"{flags} -x"
            )


def _fish(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _with_value(commands: Sequence[Completed]) -> Iterator[tuple[Completed, Option]]:
    """Yield what takes a value, less `--profile`, which every command has."""
    for command in commands:
        for option in command.options:
            if option.takes not in ("nothing", "profile"):
                yield command, option


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines)


SCRIPTS: dict[str, Callable[[Sequence[Completed]], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
