/** @file
 * What the routes answer, as tables; one out_*.c for each part. */
#ifndef OUTLINES_PRIV_H
#define OUTLINES_PRIV_H

#include "base/outline.h"

/* out_words.c */
extern const struct outline_words w_role, w_kind, w_source, w_stage;

/* out_accounts.c */
extern const struct outline o_session_account, o_account_full, o_account_made, o_account_list,
    o_own_account, o_password, o_signin_list, o_organisation, o_organisation_list, o_second_offer,
    o_recovery_codes, o_oidc, o_oidc_start, o_oidc_linked, o_audit_list;
extern const struct outline_part q_accounts[], q_signins[], q_own_signins[], q_organisations[],
    q_audit[];

/* out_projects.c */
extern const struct outline o_project_page, o_project_list;
extern const struct outline_part q_projects[];

/* out_imports.c */
extern const struct outline o_import, o_import_list, o_import_rows;
extern const struct outline_part q_imports[], q_import_rows[], q_export[];

/* out_meetings.c */
extern const struct outline o_meeting_brief, o_meeting_head, o_meeting_page, o_meeting_list,
    o_meeting_made, o_recording_state, o_invitation, o_invitation_made, o_invitation_list, o_ticket,
    o_attendee_list, o_project_attendee_list, o_link_list, o_link_made, o_link_look, o_link_ticket,
    o_link_page, o_device_tokens, o_device_made;
extern const struct outline_part q_meetings[], q_project_meetings[];

/* out_recordings.c */
extern const struct outline o_recording_page, o_event_list, o_view_made, o_view_spans, o_view_list;
extern const struct outline_part q_events[], q_views[];

/* out_schedule.c */
extern const struct outline o_colleague_list, o_calendar, o_busy_list;
extern const struct outline_part q_people[], q_calendar[], q_busy[];

/* out_deliveries.c */
extern const struct outline o_delivery_ways, o_delivery_list;
/* out_tokens.c */
extern const struct outline o_token_list, o_own_token_list, o_token_made;
extern const struct outline_part q_tokens[];
/* out_documents.c */
extern const struct outline o_document_list, o_document_page, o_upload;
extern const struct outline_part q_documents[];

/* out_hooks.c */
extern const struct outline o_webhook, o_webhook_made, o_webhook_list, o_webhook_deliveries;

/* out_desk.c */
extern const struct outline o_pace, o_visit_list, o_waiting, o_timeline, o_service, o_attention;
extern const struct outline_part q_visits[];

/* out_service.c */
extern const struct outline o_live, o_ready, o_problem;

#endif
