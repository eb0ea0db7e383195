"""What the API does, case by case, and the tests that hold it: simulator and client.

`openapi.json` is the shape of every answer; this is what they mean. Sources are named in the code
that is tested. `tests/` left out, `…` for more of a name:

1.  An order without SMS is 200 with no rows (by e-mail, not processed yet, cancelled, condition
    not met): simulator/test_demo `orders_without_sms_say_why`, contract/test_conformance
    `an_order_conforms_at_every_point_…`, core/test_empty_order `each_example_…`.
2.  An unknown id and another organisation's order are an empty 404: simulator/test_respond
    `an_unknown_order_…`, simulator/test_auth `another_organisations_orders_…`,
    simulator/test_server `an_unknown_order_has_neither_…`, services/test_answers `404_names_…`.
3.  The id of an order chain is a 404 like any unknown id: services/test_answers `404_asks_…`.
4.  An id that is no GUID is a 400 with ValidationProblemDetails: simulator/test_respond
    `what_is_no_guid_…`, `the_validation_problem_…`, services/test_answers `400_shows_…`.
5.  No token, one that has run out, one with a bad signature: empty 401: simulator/test_auth
    `without_a_valid_token_…`, `a_token_opens_the_api_until_…`, `a_changed_token_…`,
    services/test_answers `an_empty_refusal_…`.
6.  A token without the scope, or without an organisation: empty 403: simulator/test_auth
    `a_token_without_the_scope_…`, services/test_answers `an_empty_refusal_…`.
7.  An error that nobody handles, an old value in the database too, is an empty 500:
    simulator/test_faults `the_other_faults_…`, services/test_answers `an_empty_refusal_…`.
8.  429, 502, 503, 504 come from what stands in front, as it likes: simulator/test_faults
    `too_many_requests_…`, services/test_answers `a_server_that_names_a_time_…`,
    `a_web_page_…`, `an_empty_refusal_…`.
9.  Sign-in comes before the id: simulator/test_auth `sign_in_comes_before_…`.
10. Rows have no order, and move when they are written: simulator/test_scenario
    `a_row_moves_…`, core/test_diff `the_place_in_the_array_…`, core/test_board
    `an_answer_in_another_order_…`.
11. All 14 results with the server's texts: simulator/test_bodies `every_result_has_…`,
    contract/test_conformance `a_fixture_conforms`, core/test_models `every_example_…`,
    core/test_status `the_known_statuses_…`.
12. Failed_TTL is written as Failed and told by its text: contract/test_conformance
    `what_the_server_never_sends_…`, simulator/test_demo `two_of_the_collection_letters_…`,
    core/test_models `only_the_token_tells_…`.
13. A status or a key that is not known does no harm: core/test_models `unknown_keys_…`.
14. The ways from one result to the next, back to New too: contract/test_lives
    `every_change_…`, simulator/test_lifecycle `an_sms_goes_along_its_path`, core/test_diff
    `a_change_has_a_direction`.
15. What is final can change: simulator/test_demo `one_sms_goes_back_and_one_fails_late_…`,
    core/test_board `a_change_after_final_…`, services/test_poller_pace `a_final_order_…`.
16. After the validity only Accepted changes, to Failed_TTL: contract/test_lives
    `nothing_is_written_after_…`, simulator/test_lifecycle `after_the_validity_…`,
    core/test_phase `a_new_sms_past_its_validity_…`.
17. An order with an SMS that is stuck is never completed: simulator/test_lifecycle
    `an_order_with_a_stuck_sms_…`.
18. Orders due within a minute are processed, and all their SMS are there at once:
    simulator/test_lifecycle `the_order_job_…`, `all_sms_of_an_order_…`.
19. Daytime SMS wait for 09 to 17 in Oslo, others do not; 500 a minute: simulator/test_lifecycle
    `a_daytime_order_…`, `an_anytime_order_…`, `the_send_job_…`, core/test_phase
    `at_every_hour_…`.
20. Time-outs come 5 to 20 minutes after the 48 hours, 100 at a time: simulator/test_lifecycle
    `without_a_report_…`, `the_expiry_job_ends_…`, core/test_phase `validity_is_two_days_…`.
21. `lastUpdate` is rewritten also when the status stays: core/test_diff `a_row_written_again_…`,
    core/test_board `a_row_written_again_…`.
22. What succeeded is Accepted and Delivered together and can go down, what was generated is the
    number of rows: contract/test_conformance `a_fixture_conforms`, `every_answer_…`,
    simulator/test_demo `the_api_succeeded_goes_down_…`, core/test_verdict
    `accepted_is_not_confirmed_…`.
23. `/status` counts Accepted alone: simulator/test_respond `the_two_counts_…`.
24. `/status` calls Processed Completed and keeps its text: simulator/test_respond
    `processed_is_shown_as_completed_…`, contract/test_conformance
    `an_order_conforms_at_every_point_…`.
25. A time has 0 to 6 digits of the second, one of an order up to 7: simulator/test_bodies
    `a_time_drops_the_zeros_…`, `an_order_time_…`, core/test_models `a_time_is_utc_…`.
"""
