"""What the program promises about secrets, other people's data and other people's servers.

Each promise, and the tests that fail when it is broken (`tests/` left out, `…` for more of a file):

1.  Secrets never reach logs: promises/test_whole_session (everything is logged at DEBUG),
    services/test_client `nothing_of_a_body_is_logged`, services/test_log
    `no_number_and_no_token_…`, services/test_requests_told `the_steps_of_the_sign_in_…`.
2.  A crash does not print them: promises/test_whole_session `a_fault_…`, terminal/test_terminal
    `a_fault_of_our_own_…`, services/test_{bearer_auth,maskinporten,private_key}
    `…_with_locals_shows_…`, services/test_credentials `a_secret_shows_only_dots`,
    `a_secret_is_not_copied`.
3.  Escape sequences of a server never reach the terminal: promises/test_screen
    `no_terminal_obeys_…`, core/test_text, cli/test_status `nothing_printed_is_obeyed_…`.
4.  Text of a server is never markup: promises/test_screen `text_of_a_server_…`, ui/test_monitor
    and ui/test_add_orders `hostile_text_…`, ui/test_live_table `a_line_is_never_markup_…`;
    promises/test_markup (nothing in the source can be read as markup).
5.  Recipients are masked unless asked for: promises/test_screen `what_leaves_the_screen_…`,
    terminal/test_alerting `the_log_of_a_session_…`, ui/test_alerts `unmasking_is_written_down`,
    promises/test_whole_session (screenshot command, clipboard), core/test_privacy, ui/test_monitor
    `numbers_are_masked_…`, `a_number_…`, cli/test_status `rows_are_masked_unless_asked_for`.
6.  https only, except loopback: services/test_config `any_other_url_is_refused` and `https_…`;
    without a checked profile there is no client, so no socket. An endpoint that is looked up:
    services/test_well_known `what_leads_elsewhere_…`.
7.  No redirect carries a credential: promises/test_wire `a_redirect_…`, services/test_connection
    `a_redirect_reaches_nobody`, services/test_session `a_platform_token_is_not_sent_after_…`.
8.  Credentials go only to the profile's origin: services/test_bearer_auth `another_origin_…`,
    promises/test_wire `each_credential_…` (links in a body lead nowhere), services/test_well_known
    `what_leads_elsewhere_…` (a document that names another origin gets no grant).
9.  Never both credential headers: promises/test_wire `each_credential_…`, services/test_session
    `a_platform_token_is_sent_alone_…`.
10. Only GET to the API: ui/conftest (under every test of the screen), services/wire (under every
    test on it), promises/test_wire `each_credential_…` (the one POST is the grant).
11. No cookies kept: promises/test_wire `each_credential_…`, services/test_client
    `requests_say_who_asks_…`; another profile is another client: ui/test_switching.
12. Key files too open are refused: services/test_credentials `a_file_…`, `a_mount_of_root_…`,
    `a_pipe_can_be_a_file`, cli/test_auth_check `a_key_that_others_can_read_…`, cli/test_token_file.
13. Config writes are atomic, locked, 0600 and keep links: services/test_files, test_config_writing.
14. No token or grant on disk: promises/test_whole_session.
15. No secret of ours in argv or in a child's environment: promises/test_whole_session (a command
    has the person's environment, the proxy with its password included, less `SMS_MONITOR_*` and
    less every variable that its profile names), services/test_credentials `a_command_gets_no_…`,
    cli/test_{auth_check,profile_add} `…_is_not_inherited_by_a_command`, cli/test_command_line
    `a_token_among_the_arguments_…`.
16. Commands cannot touch the screen, hang or flood: services/test_credentials. One that asks has
    the terminal only while no screen is on it: cli/test_interactive, services/test_attended.
17. A token of another environment is not sent: promises/test_wire `a_token_of_another_…`,
    services/test_tokens, services/test_bearer_auth `a_wrong_token_leaves_no_request`.
18. Commands of a config others can write do not run, none of the current directory:
    services/test_config `no_command_runs_…`, `the_current_directory_is_never_searched`,
    services/test_session `a_command_for_the_key_…`, cli/test_auth_check `commands_that_others_…`,
    cli/test_interactive `it_is_not_run_from_a_config_…`.
19. Loopback never uses a proxy: promises/test_whole_session (all its sign-ins have a dead one),
    services/test_connection `loopback_never_goes_to_a_proxy`.
20. Error text is bounded and cleaned: promises/test_wire `five_megabytes_…`,
    services/test_answers `the_words_of_an_error_…`, services/test_maskinporten.
21. A failing sign-in never floods: services/test_session `fifty_…`, `ten_minutes_…`,
    `who_asks_for_time_…` (Retry-After), `the_pause_…`, services/test_token_source.

TLS with a CA of its own: services/test_connection; the whole sign-in over TLS and through a
CONNECT proxy: promises/test_wire. From a key to rows: cli/test_profile_add `from_a_key_…`.
"""
