/* Answers about webhooks. */
#include "outlines_priv.h"

static const struct outline_part p_webhook[] = {
    O_TEXT("webhook"),    O_TEXT("name"),
    O_TEXT("url"),        O_TEXT("events", .about = "With blanks between."),
    O_BOOL("active"),     O_TEXT("made_by"),
    O_TIME("created_at"), O_TIME("changed_at"),
    O_I64("version"),
};
const struct outline o_webhook = OUTLINE("Webhook", p_webhook);
static const struct outline_part p_made[] = {
    O_TEXT("secret", .about = "Shown once: key of the HMAC by which messages are signed.")};
const struct outline o_webhook_made = OUTLINE("WebhookMade", p_made, .base = &o_webhook);

static const struct outline_part p_list[] = {
    O_LIST("webhooks", &o_webhook),
    O_EACH("events", OUTLINE_TEXT, .about = "All that can be subscribed to."),
    O_BOOL("private", .about = "Private addresses may be told, by the configuration."),
};
const struct outline o_webhook_list = OUTLINE("WebhookList", p_list);

static const char *const states[] = {"waiting", "sent", "failed", "given_up", NULL};
static const struct outline_words w_state = {.list = states};
static const struct outline_part p_delivery[] = {
    O_TEXT("delivery"),
    O_TEXT("event"),
    O_TEXT("about", .about = "Id of the meeting or the project; of a ping: the webhook's."),
    O_WORD("state", &w_state),
    O_I64("attempts"),
    O_TIME("created_at"),
    O_TIME("changed_at"),
    O_TIME("next_at", .null = true),
    O_TEXT("error"),
    O_BOOL("again", .about = "It can be sent again."),
};
static const struct outline o_delivery = OUTLINE("WebhookDelivery", p_delivery);
static const struct outline_part p_deliveries[] = {
    O_LIST("deliveries", &o_delivery),
    O_I64("next", .null = true, .about = "To be sent as `before`; null: this is the last page."),
};
const struct outline o_webhook_deliveries = OUTLINE("WebhookDeliveryList", p_deliveries);
