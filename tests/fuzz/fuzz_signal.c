/* Signalling JSON: the server's own way from a text to a struct, for every shape. What is taken is
 * written again and read again to the same bytes. */
#include "api/signal_priv.h"
#include "base/mem.h"
#include "fuzz.h"

static void texts_end(const struct shape *s, const char *in)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (f->type == SHAPE_TEXT)
            MUST_HOLD(memchr(in + f->offset, '\0', (size_t)f->hi + 1) != NULL);
        if (f->type == SHAPE_LIST) {
            size_t n = 0;
            memcpy(&n, in + f->count_offset, sizeof(n));
            MUST_HOLD(n <= (size_t)f->hi);
        }
    }
}

static void through(const struct shape *s, const json_t *o)
{
    char why[SHAPE_WHY_MAX] = "";
    char *in = (char *)mem_zalloc(1, s->size), *back = (char *)mem_zalloc(1, s->size);
    MUST_HOLD(in != NULL && back != NULL);
    if (shape_decode(s, o, in, why) == ERR_OK) {
        json_t *again = shape_encode(s, in);
        texts_end(s, in);
        MUST_HOLD(again != NULL && shape_decode(s, again, back, why) == ERR_OK);
        MUST_HOLD(memcmp(in, back, s->size) == 0);
        json_decref(again);
    } else {
        MUST_HOLD(why[0] != '\0' && memchr(why, '\0', sizeof(why)) != NULL);
    }
    mem_free(in);
    mem_free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[SHAPE_WHY_MAX] = "";
    json_t *o = shape_parse((const char *)data, size, why);
    const struct message *m = signal_message(json_string_value(json_object_get(o, "type")));
    if (m != NULL)
        through(m->shape, o);
    for (size_t i = 0; o != NULL && m == NULL && i < SIGNAL_N; i++)
        through(signal_messages[i].shape, o);
    json_decref(o);
    return 0;
}
