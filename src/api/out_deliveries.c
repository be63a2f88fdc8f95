/* Answers about who was told what. */
#include "outlines_priv.h"

static const struct outline_part p_ways[] = {
    O_BOOL("mail"),
    O_BOOL("gateway", .about = "Short messages or WeChat, by the utility's own."),
    O_I64("reminder_minutes", .about = "So long before a meeting; 0: nobody is reminded."),
};
const struct outline o_delivery_ways =
    OUTLINE("DeliveryWays", p_ways, .about = "With neither, links are handed over by hand.");

static const char *const kinds[] = {"invitation", "rescheduled",  "cancelled", "reminder",
                                    "revoked",    "project_link", "test",      NULL};
static const struct outline_words w_notice = {"DeliveryKind", kinds};
static const char *const ways[] = {"mail", "gateway", NULL};
static const struct outline_words w_way = {"DeliveryWay", ways};
static const char *const states[] = {"waiting", "sent", "failed", "given_up", NULL};
static const struct outline_words w_state = {"DeliveryState", states};
static const struct outline_part p_delivery[] = {
    O_TEXT("delivery"),
    O_TEXT("about", .about = "Id of the invitation."),
    O_WORD("kind", &w_notice),
    O_WORD("way", &w_way),
    O_TEXT("name"),
    O_TEXT("to", .about = "Address, or number: masked but for the meeting's host."),
    O_WORD("state", &w_state),
    O_I64("attempts"),
    O_TIME("created_at"),
    O_TIME("changed_at"),
    O_TIME("next_at", .null = true, .about = "Of the next attempt."),
    O_TEXT("error", .about = "Why it was not sent yet, or at all."),
    O_BOOL("can_retry"),
};
static const struct outline o_delivery = OUTLINE("Delivery", p_delivery);
static const struct outline_part p_list[] = {O_LIST("deliveries", &o_delivery)};
const struct outline o_delivery_list = OUTLINE("DeliveryList", p_list);
