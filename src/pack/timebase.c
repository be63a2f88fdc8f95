/* Estimators: least delay over a window for the sender's clock, a running mean for each source. */
#include "pack/timebase.h"

#include "base/clock.h"

#define WINDOW_NS ((int64_t)(30 * NS_PER_S))
#define STRANGE_NS ((int64_t)NS_PER_S)        /* no delay explains this: a clock was set */
#define STEP_NS ((int64_t)(150 * NS_PER_MS))  /* a source's report this far off is a new start */
#define REANCHOR_NS ((int64_t)(3 * NS_PER_S)) /* a frame this far from its arrival as well */
#define GUESS_NS ((int64_t)(5 * NS_PER_S))
#define FAR_NS ((int64_t)(20 * NS_PER_MS))
enum {
    STRANGE_MAX = 3,
    MEAN_OF = 8,
    SLEW_PER_S_NS = 5000000,      /* nobody hears or sees half a percent */
    FAR_SLEW_PER_S_NS = 50000000, /* the first estimate was bad */
};

void source_init(struct source *s, struct sender *of, uint32_t rate)
{
    *s = (struct source){.of = of, .rate = rate};
}

static int64_t media_ns(const struct source *s, int64_t ts)
{
    int64_t rate = (int64_t)s->rate;
    return ts / rate * (int64_t)NS_PER_S + ts % rate * (int64_t)NS_PER_S / rate;
}

static int64_t unwrap(const struct source *s, uint32_t ts)
{
    return s->newest_ts + (int32_t)(ts - (uint32_t)s->newest_ts);
}

int64_t source_unwrap(struct source *s, uint32_t ts)
{
    int64_t v = s->started ? unwrap(s, ts) : (int64_t)ts + (INT64_C(1) << 32);
    s->newest_ts = !s->started || v > s->newest_ts ? v : s->newest_ts;
    s->started = true;
    return v;
}

/* Where the sender's clock stood at timestamp 0, steps of that clock since then included. */
static int64_t base_now(const struct source *s)
{
    return s->base_ns - (s->of->jumped_ns - s->jumped_ns);
}

static void set_base(struct source *s, int64_t base)
{
    s->base_ns = base;
    s->jumped_ns = s->of->jumped_ns;
    s->mapped = true;
}

int64_t source_time(const struct source *s, int64_t ts)
{
    return media_ns(s, ts) + base_now(s) + s->of->offset_ns;
}

void source_guess(struct source *s)
{
    if (s->mapped || !s->has_early)
        return;
    set_base(s, s->early_ns - s->of->offset_ns);
    s->has_early = false;
}

void source_arrival(struct source *s, int64_t ts, uint64_t arrival_ns)
{
    int64_t early = (int64_t)arrival_ns - media_ns(s, ts);
    int64_t off = s->mapped ? (int64_t)arrival_ns - source_time(s, ts) : 0;
    if (off > REANCHOR_NS || off < -REANCHOR_NS) {
        set_base(s, early - s->of->offset_ns);
        s->has_early = false;
        return;
    }
    if (s->reported)
        return;
    if (!s->has_early || early < s->early_ns) {
        s->early_ns = early;
        s->guessed_ns = s->has_early ? s->guessed_ns : arrival_ns;
        s->has_early = true;
    }
    if (s->mapped && (int64_t)(arrival_ns - s->guessed_ns) >= GUESS_NS) {
        set_base(s, base_now(s) + (s->early_ns - s->of->offset_ns - base_now(s)) / MEAN_OF);
        s->has_early = false;
    }
}

static void jump(struct sender *s, int64_t delay, uint64_t now)
{
    s->jumped_ns += delay - s->offset_ns;
    s->offset_ns = s->best_ns[0] = s->best_ns[1] = delay;
    s->window_ns = s->advanced_ns = now;
    s->known = true;
    s->strange = 0;
}

/* False when the report fits nothing known: it is not believed until more say the same. */
static bool observe(struct sender *s, int64_t delay, uint64_t now)
{
    int64_t off = delay - s->offset_ns;
    if (!s->known) {
        jump(s, delay, now);
        return true;
    }
    if (off > STRANGE_NS || off < -STRANGE_NS) {
        if (++s->strange < STRANGE_MAX)
            return false;
        jump(s, delay, now);
        return true;
    }
    s->strange = 0;
    if ((int64_t)(now - s->window_ns) >= WINDOW_NS) {
        s->best_ns[1] = s->best_ns[0];
        s->best_ns[0] = delay;
        s->window_ns = now;
    }
    s->best_ns[0] = delay < s->best_ns[0] ? delay : s->best_ns[0];
    return true;
}

void source_report(struct source *s, uint64_t ntp_ns, uint32_t rtp_ts, uint64_t arrival_ns)
{
    if (!s->started || !observe(s->of, (int64_t)arrival_ns - (int64_t)ntp_ns, arrival_ns))
        return;
    int64_t base = (int64_t)ntp_ns - media_ns(s, unwrap(s, rtp_ts));
    int64_t off = base - base_now(s);
    bool step = !s->reported || off > STEP_NS || off < -STEP_NS;
    set_base(s, step ? base : base_now(s) + off / MEAN_OF);
    s->reported = true;
}

void sender_advance(struct sender *s, uint64_t now_ns)
{
    if (!s->known || now_ns <= s->advanced_ns)
        return;
    int64_t best = s->best_ns[0] < s->best_ns[1] ? s->best_ns[0] : s->best_ns[1];
    int64_t passed = (int64_t)(now_ns - s->advanced_ns);
    int64_t off = best - s->offset_ns;
    bool far = off > FAR_NS || off < -FAR_NS;
    int64_t most = passed / (int64_t)NS_PER_MS * (far ? FAR_SLEW_PER_S_NS : SLEW_PER_S_NS) / 1000;
    if (off > most)
        off = most;
    if (off < -most)
        off = -most;
    s->offset_ns += off;
    s->advanced_ns = now_ns;
}
