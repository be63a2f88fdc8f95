/* All that messages say, in both languages. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "post_priv.h"

// clang-format off
static const char *const phrases[2][PHRASES] = {
    {
        [P_DEAR] = "{}，您好：",
        [P_MEETING] = "会议",
        [P_PROJECT] = "项目",
        [P_WHEN] = "时间",
        [P_HOST] = "主持人",
        [P_AGENDA] = "议程",
        [P_REASON] = "原因",
        [P_ENTER] = "进入会议",
        [P_OPEN] = "打开项目",
        [P_PERSONAL] = "这是给您本人的链接，请不要转发。",
        [P_LINK_STAYS] = "入口不变：请仍用之前收到的链接进入。",
        [P_GOOD_UNTIL] = "链接有效至 {}。",
        [P_NEEDS] = "您需要：带摄像头和麦克风的手机或电脑，较新的浏览器（Chrome、Edge、Firefox 或 Safari）。无需安装软件，也无需账号。请提前几分钟打开链接，检查摄像头和声音。",
        [P_NEEDS_LINK] = "用手机或电脑的浏览器打开即可，无需安装软件，也无需账号。",
        [P_RECORDED] = "会议将被录制。进入前会请您确认姓名和单位，并征求您对录制的同意；不同意则不能进入。",
        [P_NO_REPLY] = "本邮件由系统自动发出，请勿回复。",
        [P_UNTITLED] = "会议",
        [P_LOCATION] = "视频会议（云鉴）",
    },
    {
        [P_DEAR] = "Dear {},",
        [P_MEETING] = "Meeting",
        [P_PROJECT] = "Project",
        [P_WHEN] = "Time",
        [P_HOST] = "Host",
        [P_AGENDA] = "Agenda",
        [P_REASON] = "Reason",
        [P_ENTER] = "Enter the meeting",
        [P_OPEN] = "Open the project",
        [P_PERSONAL] = "This link is for you alone: please do not pass it on.",
        [P_LINK_STAYS] = "The way in has not changed: please use the link that you were sent before.",
        [P_GOOD_UNTIL] = "The link is good until {}.",
        [P_NEEDS] = "What you need: a phone or a computer with camera and microphone, and a recent browser (Chrome, Edge, Firefox or Safari). Nothing is installed, and no account is needed. Please open the link a few minutes early and check camera and sound.",
        [P_NEEDS_LINK] = "It opens in the browser of a phone or a computer; nothing is installed, and no account is needed.",
        [P_RECORDED] = "The meeting is recorded. Before you enter you are asked to confirm your name and organisation and to consent to the recording; without consent you cannot enter.",
        [P_NO_REPLY] = "This message was sent automatically; please do not reply.",
        [P_UNTITLED] = "Meeting",
        [P_LOCATION] = "Video meeting (Yunjian)",
    },
};

static const struct opening openings[2][NOTICE_KINDS] = {
    {
        [NOTICE_INVITATION] = {"会议邀请", "{}邀请您参加一场视频会议。"},
        [NOTICE_RESCHEDULED] = {"会议改期", "{}主持的视频会议改期了，新的时间如下。"},
        [NOTICE_CANCELLED] = {"会议取消", "{}主持的视频会议已取消。"},
        [NOTICE_REMINDER] = {"会议提醒", "{}主持的视频会议即将开始。"},
        [NOTICE_REVOKED] = {"邀请收回", "您参加以下会议的邀请已被收回，之前的链接不再有效。"},
        [NOTICE_PROJECT_LINK] = {"项目链接", "{}给您发来一个项目的链接，您可以用它查看项目、答复意见和上传文件。"},
        [NOTICE_TEST] = {"测试", "这是云鉴的一条测试消息：收到它说明这一发送方式可用。"},
    },
    {
        [NOTICE_INVITATION] = {"Invitation", "{} invites you to a video meeting."},
        [NOTICE_RESCHEDULED] = {"New time", "The video meeting hosted by {} has been moved to a new time."},
        [NOTICE_CANCELLED] = {"Cancelled", "The video meeting hosted by {} has been cancelled."},
        [NOTICE_REMINDER] = {"Reminder", "The video meeting hosted by {} begins soon."},
        [NOTICE_REVOKED] = {"Invitation withdrawn", "Your invitation to the following meeting has been withdrawn; the link you were sent is no longer good."},
        [NOTICE_PROJECT_LINK] = {"Project link", "{} has sent you a link to a project: with it you can see the project, answer comments and upload files."},
        [NOTICE_TEST] = {"Test", "This is a test message of Yunjian: that it has arrived shows that this way works."},
    },
};

static const struct { const char *kind, *words[2]; } kinds[] = {
    {"review", {"云审图", "Cloud drawing review"}},
    {"survey", {"云勘察", "Cloud survey"}},
    {"acceptance", {"云验收", "Cloud acceptance"}},
    {"forum", {"座谈会", "Customers' forum"}},
};
// clang-format on

enum language notice_language(const struct conf *c, const struct notice *n)
{
    const char *word = n->language[0] != '\0' ? n->language : c->language;
    return strcmp(word, "en") == 0 ? ENGLISH : CHINESE;
}

const char *phrase(enum language l, enum phrase p)
{
    return phrases[l][p];
}

const struct opening *opening_of(enum language l, int kind)
{
    return &openings[l][kind];
}

const char *meeting_kind_words(enum language l, const char *kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].words[l];
    return "";
}

void fill_words(char *out, size_t cap, const char *text, const char *in_place)
{
    const char *at = strstr(text, "{}");
    if (at == NULL)
        (void)snprintf(out, cap, "%s", text);
    else
        (void)snprintf(out, cap, "%.*s%s%s", (int)(at - text), text, in_place, at + 2);
}

/* ---- times ------------------------------------------------------------------------------------
 */

static void day_words(char *out, size_t cap, enum language l, const struct tm *t)
{
    static const char *const zh[] = {"日", "一", "二", "三", "四", "五", "六"};
    static const char *const en[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                     "Thursday", "Friday", "Saturday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    if (l == CHINESE)
        (void)snprintf(out, cap, "%d年%d月%d日 星期%s", t->tm_year + 1900, t->tm_mon + 1,
                       t->tm_mday, zh[t->tm_wday]);
    else
        (void)snprintf(out, cap, "%s, %d %s %d", en[t->tm_wday], t->tm_mday, months[t->tm_mon],
                       t->tm_year + 1900);
}

void when_words(char *out, size_t cap, enum language l, int64_t starts_at, int64_t minutes,
                const char *zone)
{
    char day[64], until[40] = "";
    struct tm a, b;
    time_t from = (time_t)(starts_at / 1000), to = from + (time_t)(minutes * 60);
    if (localtime_r(&from, &a) == NULL || localtime_r(&to, &b) == NULL) {
        (void)snprintf(out, cap, "?");
        return;
    }
    long off = a.tm_gmtoff / 60, away = off < 0 ? -off : off;
    day_words(day, sizeof(day), l, &a);
    if (minutes > 0 && a.tm_yday == b.tm_yday)
        (void)snprintf(until, sizeof(until), "–%02d:%02d", b.tm_hour, b.tm_min);
    (void)snprintf(out, cap,
                   l == CHINESE ? "%s %02d:%02d%s（%s，UTC%c%02ld:%02ld）"
                                : "%s, %02d:%02d%s (%s, UTC%c%02ld:%02ld)",
                   day, a.tm_hour, a.tm_min, until, zone, off < 0 ? '-' : '+', away / 60,
                   away % 60);
}
