"""What a person may expect of the monitor, and the tests that fail when it is not so.

`tests/` left out, `…` for more of a name:

1.  Truthful arithmetic, never the API's own count: ui/test_diagnosis
    `accepted_is_shown_as_on_its_way_…`, core/test_verdict `accepted_is_not_confirmed_…`.
2.  Meaning, cause, next step and what to say, in two languages: core/test_guidance
    `every_case_has_…`, ui/test_diagnosis `a_status_nobody_knows_…`.
3.  Stuck and dead by window and validity: core/test_phase `at_every_hour_…`,
    core/test_verdict `the_four_verdicts_…`, `an_evening_order_…`.
4.  Never wrong about freshness, never ended by the API: ui/test_monitor `the_server_going_away_…`,
    services/test_poller_trouble `an_order_that_fails_…`, `what_the_server_asks_for_…`,
    services/test_bearer_auth.
5.  Calm refresh: ui/test_monitor `nothing_moves_under_the_cursor_…`, `a_half_typed_filter_…`.
6.  Faults first: ui/test_monitor `one_key_and_enter_…`, `the_next_fault_…`,
    `faults_and_filter_compose_…`.
7.  A person in any order, however written: core/test_person `every_way_to_write_…`,
    `a_hundred_thousand_rows_…`, ui/test_people, cli/test_find.
8.  Copying that works over SSH: terminal/test_copying `the_bytes_are_…`, `too_much_to_copy_…`,
    terminal/test_call.
10. Adaptive polling within a budget that is shown: services/test_thousand
    `a_thousand_orders_keep_…`, `a_thousand_final_orders_…`, services/test_poller_pace
    `ten_final_orders_…`, services/test_poller_controls `a_pause_sends_…`, ui/test_budget.
11. A timeline of our own: ui/test_replaying `the_timeline_goes_on_…`, `stepping_back_…`,
    `what_happened_while_nobody_looked_…`, services/test_history_shared.
12. The pulse: core/test_pulse `the_days_order_at_three_times_…`, ui/test_pulse.
14. Personal data masked in everything that leaves: promises/test_whole_session,
    promises/test_screen, core/test_export `numbers_are_written_only_…`, services/test_log.
15. Hostile text: ui/test_monitor `hostile_text_…`, core/test_text, core/test_export
    `hostile_text_…`.
16. Scripts: cli/test_status `json_is_one_object_…`, `the_exit_status_…`, cli/test_wait_and_watch,
    cli/test_export, cli/test_record.
17. State kept on every change: services/test_state `a_program_killed_100_times_…`, ui/test_monitor
    `the_view_is_remembered_…`, `unwatch_and_undo`, ui/test_commands `pane_and_zoom_…`.
19. Profiles with safe credentials: services/test_credentials, services/test_token_source,
    ui/test_switching, cli/test_doctor `no_secret_is_told`.
20. Adding anything: ui/test_add_orders `of_thirty_pasted_lines_…`, cli/test_orders,
    core/test_order_id.
21. Empty and refused explained: core/test_empty_order `each_example_…`, services/test_answers.
22. Alerts once per change: core/test_alerts `five_hundred_failures_…`, ui/test_alerts,
    terminal/test_alerting.
23. Export for people: core/test_export `a_number_stays_text_…`, `only_what_a_spreadsheet_…`.
24. Known keys, one's own keys, help from the live map: ui/test_keymap `no_binding_is_reserved_…`,
    `every_binding_…`, `every_key_…`, ui/test_commands `keys_palette_help_…`.
"""
