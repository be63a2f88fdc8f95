/* The columns: how each is named, read and written. */
#include "domain/project_csv.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "domain/cells.h"

enum kind { TEXT, NARROW, DECIMAL, WORD, DAY, STAGE, PARTY, OUT };

struct names {
    const char *words[6]; /* zh, en, then what else is understood */
};

/* The words of a column, value by value. */
static const struct names importances[] = {{{"", ""}},
                                           {{"一级", "first", "1", "一级负荷", "first class"}},
                                           {{"二级", "second", "2", "二级负荷", "second class"}},
                                           {{"三级", "third", "3", "三级负荷", "third class"}},
                                           {{NULL}}};
static const struct names supplies[] = {{{NULL, NULL}},
                                        {{"单电源", "single", "1", "单", "single source"}},
                                        {{"双电源", "double", "2", "双", "double source"}},
                                        {{NULL}}};
static const struct names stages[STAGE_N + 1] = {
    {{"项目储备", "reserve", "储备"}},
    {{"用电申请", "application", "申请"}},
    {{"现场勘查", "survey", "勘查", "现场勘察"}},
    {{"供电方案", "supply_plan", "supply plan", "方案"}},
    {{"设计审图", "drawing_review", "drawing review", "审图", "设计审查"}},
    {{"工程施工", "construction", "施工"}},
    {{"中间检查", "interim_inspection", "interim inspection"}},
    {{"竣工验收", "acceptance", "竣工检验", "验收"}},
    {{"装表接电", "energization", "送电", "energisation"}},
    {{"送电回访", "return_visit", "return visit", "回访"}},
    {{"归档", "closed", "已归档"}},
    {{"退库", "withdrawn", "已退库"}},
    {{NULL}},
};
static const char *const kv[] = {"kv", "千伏", NULL};
static const char *const kva[] = {"kva", "千伏安", NULL};
static const char *const degrees[] = {"°", "度", NULL};

#define FIELD(m) offsetof(struct project_fields, m), sizeof(((struct project_fields *)0)->m)

static const struct column_row {
    const char *key;
    struct names names;
    int64_t kind; /* enum kind */
    size_t offset, size;
    int64_t lo, hi;
    int64_t digits; /* of DECIMAL */
    const char *const *units;
    const struct names *words; /* of WORD, by value */
} columns[COL_N] = {
    // clang-format off
    [COL_NUMBER] =     {"number", {{"报装编号", "Application number", "编号", "申请编号", "工单号", "number"}}, NARROW, FIELD(number), 0, 0, 0, NULL, NULL},
    [COL_TITLE] =      {"title", {{"项目名称", "Project title", "名称", "项目", "工程名称", "title"}}, TEXT, FIELD(title), 1, 0, 0, NULL, NULL},
    [COL_CUSTOMER] =   {"customer", {{"客户", "Customer", "客户名称", "用户名称", "户名"}}, TEXT, FIELD(customer), 1, 0, 0, NULL, NULL},
    [COL_PARK] =       {"park", {{"园区", "Park", "所属园区"}}, TEXT, FIELD(park), 0, 0, 0, NULL, NULL},
    [COL_ADDRESS] =    {"address", {{"地址", "Address", "用电地址"}}, TEXT, FIELD(address), 0, 0, 0, NULL, NULL},
    [COL_LATITUDE] =   {"latitude", {{"纬度", "Latitude"}}, DECIMAL, FIELD(latitude_e6), -90000000, 90000000, 6, degrees, NULL},
    [COL_LONGITUDE] =  {"longitude", {{"经度", "Longitude"}}, DECIMAL, FIELD(longitude_e6), -180000000, 180000000, 6, degrees, NULL},
    [COL_VOLTAGE] =    {"voltage_kv", {{"电压等级(kV)", "Voltage (kV)", "电压等级", "电压", "电压(kV)"}}, DECIMAL, FIELD(voltage_v), 1, 1100000, 3, kv, NULL},
    [COL_CAPACITY] =   {"capacity_kva", {{"容量(kVA)", "Capacity (kVA)", "容量", "报装容量", "报装容量(kVA)"}}, DECIMAL, FIELD(capacity_kva), 1, 10000000, 0, kva, NULL},
    [COL_LOAD] =       {"load_nature", {{"用电性质", "Load nature", "用电类别", "负荷性质"}}, TEXT, FIELD(load_nature), 0, 0, 0, NULL, NULL},
    [COL_IMPORTANCE] = {"importance", {{"负荷等级", "Importance", "重要性等级"}}, WORD, FIELD(importance), 0, 0, 0, NULL, importances},
    [COL_SOURCES] =    {"sources", {{"电源", "Supply", "电源数", "供电电源"}}, WORD, FIELD(sources), 1, 0, 0, NULL, supplies},
    [COL_WANTED] =     {"wanted_on", {{"期望送电", "Wanted by", "期望送电日期", "要求送电日期"}}, DAY, FIELD(wanted_on), 0, 0, 0, NULL, NULL},
    [COL_STAGE] =      {"stage", {{"阶段", "Stage", "当前阶段"}}, STAGE, 0, 0, 0, 0, 0, NULL, stages},
    [COL_STAGE_ON] =   {"stage_on", {{"进入阶段日期", "In this stage since"}}, STAGE, 0, 0, 0, 0, 0, NULL, NULL},
#define PARTY_ROWS(part, word, zh, en) \
    [COL_PARTY + 3 * (part)] =     {word, {{zh, en}}, PARTY, offsetof(struct party, organisation), NAME_LEN + 1, 0, 0, 0, NULL, NULL}, \
    [COL_PARTY + 3 * (part) + 1] = {word "_person", {{zh "联系人", en " contact"}}, PARTY, offsetof(struct party, person), NAME_LEN + 1, 0, 0, 0, NULL, NULL}, \
    [COL_PARTY + 3 * (part) + 2] = {word "_phone", {{zh "电话", en " phone", zh "联系电话"}}, PARTY, offsetof(struct party, phone), PARTY_PHONE_LEN + 1, 0, 0, 0, NULL, NULL},
    PARTY_ROWS(PART_CUSTOMER, "customer_side", "客户方", "Customer side")
    PARTY_ROWS(PART_DESIGNER, "designer", "设计单位", "Designer")
    PARTY_ROWS(PART_CONTRACTOR, "contractor", "施工单位", "Contractor")
    PARTY_ROWS(PART_OPERATOR, "operator", "运行单位", "Operating unit")
    [COL_DUE] =        {"due_on", {{"到期日", "Due on"}}, OUT, 0, 0, 0, 0, 0, NULL, NULL},
    [COL_MANAGER] =    {"manager", {{"客户经理", "Manager"}}, OUT, 0, 0, 0, 0, 0, NULL, NULL},
    [COL_MADE] =       {"created_on", {{"建立日期", "Made on"}}, OUT, 0, 0, 0, 0, 0, NULL, NULL},
    // clang-format on
};

static const char *const whys[WHY_N] = {
    [WHY_NONE] = "none",
    [WHY_BYTES] = "bytes",
    [WHY_STRAY] = "stray",
    [WHY_OPEN] = "open_quote",
    [WHY_LONG_ROW] = "long_row",
    [WHY_EXTRA] = "extra",
    [WHY_MISSING] = "missing",
    [WHY_LONG] = "long",
    [WHY_CONTROL] = "control",
    [WHY_NUMBER] = "number",
    [WHY_RANGE] = "range",
    [WHY_WORD] = "word",
    [WHY_DAY] = "day",
    [WHY_FUTURE] = "future",
    [WHY_HALF] = "half_place",
    [WHY_PHONE] = "phone",
    [WHY_NOBODY] = "nobody",
    [WHY_PARTY_TWICE] = "party_twice",
    [WHY_PARTIES] = "parties",
    [WHY_TWICE] = "twice",
    [WHY_FOREIGN] = "foreign",
    [WHY_EXISTS] = "exists",
    [WHY_STAGE] = "stage",
    [WHY_COLUMN_TWICE] = "column_twice",
    [WHY_COLUMN_MISSING] = "column_missing",
    [WHY_ROWS] = "rows",
    [WHY_CHANGES] = "changes",
    [WHY_EMPTY] = "empty",
};

const char *column_key(enum column c)
{
    return c < COL_N ? columns[c].key : "";
}

const char *why_key(enum row_why why)
{
    return why < WHY_N ? whys[why] : "";
}

void row_fault(struct row_faults *f, enum column c, enum row_why why, int64_t about)
{
    if (f->n == FAULTS_MAX)
        return;
    f->at[f->n].column = c;
    f->at[f->n].why = why;
    f->at[f->n++].about = about;
}

/* ---- the header -------------------------------------------------------------------------------
 */

enum { WORD_MAX = 80 };

static bool is_one_of(const char *word, const struct names *n)
{
    for (size_t i = 0; i < sizeof(n->words) / sizeof(n->words[0]); i++)
        if (n->words[i] != NULL && strcasecmp(word, n->words[i]) == 0)
            return true;
    return false;
}

static enum column column_of(const char *cell)
{
    char word[WORD_MAX];
    if (!cell_trim(word, sizeof(word), csv_plain(cell), true) || word[0] == '\0')
        return COL_NONE;
    for (enum column c = 0; c < COL_N; c++)
        if (strcasecmp(word, columns[c].key) == 0 || is_one_of(word, &columns[c].names))
            return c;
    return COL_NONE;
}

void header_read(struct header *h, const struct csv_row *row, struct row_faults *f)
{
    *h = (struct header){.n = row->n};
    for (size_t i = 0; i < CSV_CELLS_MAX; i++)
        h->of[i] = i < row->n ? column_of(row->cell[i]) : COL_NONE;
    for (size_t i = 0; i < row->n; i++) {
        enum column c = h->of[i];
        if (c == COL_NONE)
            continue;
        if (h->has[c])
            row_fault(f, c, WHY_COLUMN_TWICE, 0);
        h->has[c] = true;
    }
    for (int part = PART_CUSTOMER + 1; part < PART_N; part++) {
        /* Without its organisation a person would be nobody's, and the stored ones would go. */
        enum column c = (enum column)(COL_PARTY + 3 * part);
        if (!h->has[c] && (h->has[c + 1] || h->has[c + 2]))
            row_fault(f, c, WHY_COLUMN_MISSING, 0);
    }
    static const enum column must[] = {COL_TITLE, COL_CUSTOMER};
    for (size_t i = 0; i < sizeof(must) / sizeof(must[0]); i++)
        if (!h->has[must[i]])
            row_fault(f, must[i], WHY_COLUMN_MISSING, 0);
}

/* ---- a row in ---------------------------------------------------------------------------------
 */

static bool has_control(const char *text, bool lines)
{
    for (const char *p = text; *p != '\0'; p++)
        if (((unsigned char)*p < 0x20 && !(lines && (*p == '\n' || *p == '\r' || *p == '\t'))) ||
            *p == 0x7f)
            return true;
    return false;
}

static void read_text(struct row *r, enum column c, const char *cell, struct row_faults *f)
{
    const struct column_row *k = &columns[c];
    char *to = (char *)&r->f + k->offset;
    bool fits = cell_trim(to, k->size, cell, k->kind == NARROW);
    if (!fits)
        row_fault(f, c, WHY_LONG, (int64_t)k->size - 1);
    else if (has_control(to, k->kind == TEXT))
        row_fault(f, c, WHY_CONTROL, 0);
    else if (to[0] == '\0' && k->lo > 0)
        row_fault(f, c, WHY_MISSING, 0);
    if (!fits)
        to[0] = '\0';
}

static void read_decimal(struct row *r, enum column c, const char *word, struct row_faults *f)
{
    const struct column_row *k = &columns[c];
    int64_t v = 0;
    bool place = c == COL_LATITUDE || c == COL_LONGITUDE;
    if (word[0] != '\0' && cell_decimal(&v, word, (int)k->digits, place, k->units) != ERR_OK)
        row_fault(f, c, WHY_NUMBER, 0);
    else if (word[0] != '\0' && (v < k->lo || v > k->hi))
        row_fault(f, c, WHY_RANGE, 0);
    memcpy((char *)&r->f + k->offset, &v, sizeof(v));
}

static int word_of(const char *word, const struct names *list)
{
    for (int i = 0; i == 0 || list[i].words[0] != NULL; i++)
        if (is_one_of(word, &list[i]))
            return i;
    return -1;
}

static void read_word(struct row *r, enum column c, const char *word, struct row_faults *f)
{
    const struct column_row *k = &columns[c];
    int64_t v = word[0] == '\0' ? k->lo : word_of(word, k->words);
    if (v < 0)
        row_fault(f, c, WHY_WORD, 0);
    else
        memcpy((char *)&r->f + k->offset, &v, sizeof(v));
}

static void read_day(int32_t *out, enum column c, const char *word, struct row_faults *f)
{
    *out = 0;
    if (word[0] != '\0' && cell_day(out, word) != ERR_OK)
        row_fault(f, c, WHY_DAY, 0);
}

static void read_stage(struct row *r, enum column c, const char *word, int32_t today,
                       struct row_faults *f)
{
    if (c == COL_STAGE_ON) {
        if (word[0] != '\0')
            read_day(&r->stage_on, c, word, f);
        if (r->stage_on > today)
            row_fault(f, c, WHY_FUTURE, 0);
        return;
    }
    int s = word[0] == '\0' ? (int)r->stage : word_of(word, stages);
    if (s < 0)
        row_fault(f, c, WHY_WORD, 0);
    else
        r->stage = (enum stage)s;
}

/* Several of one part stand in one cell, a line each; the same line of the three columns belongs
 * together. @return the line, NULL after the last. */
static const char *line_of(const char *cell, size_t n, size_t *len)
{
    while (n-- > 0) {
        cell = strchr(cell, '\n');
        if (cell == NULL)
            return NULL;
        cell++;
    }
    *len = strcspn(cell, "\n");
    return cell;
}

static void read_party_cell(struct party *p, int which, const char *line, size_t len,
                            struct row_faults *f)
{
    enum column c = (enum column)(COL_PARTY + 3 * p->part + which);
    const struct column_row *k = &columns[c];
    char *to = (char *)p + k->offset, text[512];
    to[0] = '\0';
    (void)snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : sizeof(text)),
                   line);
    if (len >= sizeof(text) || !cell_trim(to, k->size, text, which == 2))
        row_fault(f, c, WHY_LONG, (int64_t)k->size - 1);
    else if (has_control(to, false))
        row_fault(f, c, WHY_CONTROL, 0);
    else if (which == 2 && to[0] != '\0' && !cell_is_phone(to))
        row_fault(f, c, WHY_PHONE, 0);
}

static void add_party(struct row *r, const struct party *p, struct row_faults *f)
{
    enum column c = (enum column)(COL_PARTY + 3 * p->part);
    if (p->organisation[0] == '\0' && p->person[0] == '\0' && p->phone[0] == '\0')
        return;
    if (p->organisation[0] == '\0') {
        row_fault(f, c, WHY_NOBODY, 0);
        return;
    }
    for (size_t i = 0; i < r->parties.n; i++)
        if (r->parties.at[i].part == p->part &&
            strcmp(r->parties.at[i].organisation, p->organisation) == 0 &&
            strcmp(r->parties.at[i].person, p->person) == 0) {
            row_fault(f, c, WHY_PARTY_TWICE, 0);
            return;
        }
    if (r->parties.n == PARTIES_MAX)
        row_fault(f, c, WHY_PARTIES, PARTIES_MAX);
    else
        r->parties.at[r->parties.n++] = *p;
}

/* What is stored of a part goes when the file has any column of it. */
static void drop_part(struct parties *ps, int part)
{
    size_t n = 0;
    for (size_t i = 0; i < ps->n; i++)
        if (ps->at[i].part != part)
            ps->at[n++] = ps->at[i];
    ps->n = n;
}

static void read_part(struct row *r, const char *const cells[3], int part, struct row_faults *f)
{
    drop_part(&r->parties, part);
    for (size_t n = 0;; n++) {
        struct party p = {.part = part};
        bool any = false;
        for (int i = 0; i < 3; i++) {
            size_t len = 0;
            const char *line = line_of(cells[i], n, &len);
            any |= line != NULL;
            if (line != NULL)
                read_party_cell(&p, i, line, len, f);
        }
        if (!any)
            return;
        if (p.organisation[0] == '\0' && part == PART_CUSTOMER &&
            (p.person[0] != '\0' || p.phone[0] != '\0')) /* The customer it is, then. */
            (void)snprintf(p.organisation, sizeof(p.organisation), "%s", r->f.customer);
        add_party(r, &p, f);
    }
}

static int compare_parts(const struct party *a, const struct party *b)
{
    return a->part - b->part;
}

/* In the order of the parts, as the table has them; of one part in the order they were given. */
static void sort_parties(struct parties *ps)
{
    for (size_t i = 1; i < ps->n; i++)
        for (size_t k = i; k > 0 && compare_parts(&ps->at[k - 1], &ps->at[k]) > 0; k--) {
            struct party p = ps->at[k];
            ps->at[k] = ps->at[k - 1];
            ps->at[k - 1] = p;
        }
}

static void read_cell(struct row *r, enum column c, const char *cell, int32_t today,
                      struct row_faults *f)
{
    char word[WORD_MAX];
    enum kind kind = (enum kind)columns[c].kind;
    if (kind == TEXT || kind == NARROW) {
        read_text(r, c, cell, f);
        return;
    }
    if (kind == PARTY || kind == OUT)
        return;
    if (!cell_trim(word, sizeof(word), cell, true))
        row_fault(f, c, WHY_LONG, WORD_MAX - 1);
    else if (kind == DECIMAL)
        read_decimal(r, c, word, f);
    else if (kind == WORD)
        read_word(r, c, word, f);
    else if (kind == DAY)
        read_day(&r->f.wanted_on, c, word, f);
    else
        read_stage(r, c, word, today, f);
}

static const char *cell_under(const struct header *h, const struct csv_row *row, enum column c)
{
    for (size_t i = 0; i < h->n && i < row->n; i++)
        if (h->of[i] == c)
            return csv_plain(row->cell[i]);
    return "";
}

static void read_place(struct row *r, const struct header *h, const struct csv_row *row,
                       struct row_faults *f)
{
    static const enum column two[] = {COL_LATITUDE, COL_LONGITUDE};
    if (!h->has[COL_LATITUDE] && !h->has[COL_LONGITUDE])
        return;
    bool given[2];
    for (size_t i = 0; i < 2; i++) {
        char word[WORD_MAX];
        given[i] =
            !cell_trim(word, sizeof(word), cell_under(h, row, two[i]), true) || word[0] != '\0';
    }
    r->f.placed = given[0] && given[1];
    if (given[0] != given[1])
        row_fault(f, two[given[0]], WHY_HALF, 0);
}

static void read_parties(struct row *r, const struct header *h, const struct csv_row *row,
                         struct row_faults *f)
{
    for (int part = 0; part < PART_N; part++) {
        const char *cells[3];
        bool any = false;
        for (int i = 0; i < 3; i++) {
            enum column c = (enum column)(COL_PARTY + 3 * part + i);
            any |= h->has[c];
            cells[i] = cell_under(h, row, c);
        }
        if (any)
            read_part(r, cells, part, f);
    }
    sort_parties(&r->parties);
}

void row_read(struct row *r, const struct header *h, const struct csv_row *row, int32_t today,
              struct row_faults *f)
{
    static const enum row_why of_fault[] = {[CSV_STRAY] = WHY_STRAY,
                                            [CSV_LONG] = WHY_LONG_ROW,
                                            [CSV_OPEN] = WHY_OPEN,
                                            [CSV_BYTES] = WHY_BYTES};
    r->f.parties = &r->parties;
    if (row->fault != CSV_FINE) {
        row_fault(f, COL_NONE, of_fault[row->fault], 0);
        return;
    }
    for (size_t i = 0; i < row->n; i++)
        if (i >= h->n && row->cell[i][0] != '\0') {
            row_fault(f, COL_NONE, WHY_EXTRA, (int64_t)i + 1);
            break;
        }
    for (size_t i = 0; i < h->n; i++) /* A short row's missing cells are empty. */
        if (h->of[i] != COL_NONE)
            read_cell(r, h->of[i], i < row->n ? csv_plain(row->cell[i]) : "", today, f);
    read_place(r, h, row, f);
    read_parties(r, h, row, f);
}

void row_number(char out[NUMBER_LEN + 1], const struct header *h, const struct csv_row *row)
{
    if (!cell_trim(out, NUMBER_LEN + 1, cell_under(h, row, COL_NUMBER), true))
        out[0] = '\0';
}

/* ---- a row out --------------------------------------------------------------------------------
 */

static void write_decimal(char out[CELL_MAX], int64_t v, int digits)
{
    int64_t by = 1;
    for (int i = 0; i < digits; i++)
        by *= 10;
    uint64_t size = (uint64_t)(v < 0 ? -v : v);
    int n = snprintf(out, CELL_MAX, "%s%" PRIu64, v < 0 ? "-" : "", size / (uint64_t)by);
    if (digits == 0 || size % (uint64_t)by == 0)
        return;
    (void)snprintf(out + n, CELL_MAX - (size_t)n, ".%0*" PRIu64, digits, size % (uint64_t)by);
    size_t len = strlen(out);
    while (out[len - 1] == '0')
        out[--len] = '\0';
}

static void write_day(char out[CELL_MAX], int32_t day)
{
    out[0] = '\0';
    if (day != 0)
        day_text(out, day);
}

static void write_parties(char out[CELL_MAX], const struct parties *ps, enum column c)
{
    int part = ((int)c - COL_PARTY) / 3;
    bool first = true;
    struct buf b = buf_make(out, CELL_MAX - 1);
    for (size_t i = 0; i < ps->n; i++) {
        if (ps->at[i].part != part)
            continue;
        if (!first)
            buf_u8(&b, '\n');
        first = false;
        buf_str(&b, (const char *)&ps->at[i] + columns[c].offset);
    }
    out[b.len] = '\0';
    /* Only line ends: nobody of them has one. */
    if (strspn(out, "\n") == b.len)
        out[0] = '\0';
}

static void write_field(char out[CELL_MAX], const struct project *p, enum column c, bool english)
{
    const struct column_row *k = &columns[c];
    const void *at = (const char *)&p->f + k->offset;
    int64_t v = 0;
    out[0] = '\0';
    if (k->kind == TEXT || k->kind == NARROW) {
        (void)snprintf(out, CELL_MAX, "%s", (const char *)at);
        return;
    }
    if (k->kind == DAY) {
        write_day(out, p->f.wanted_on);
        return;
    }
    memcpy(&v, at, sizeof(v));
    bool place = c == COL_LATITUDE || c == COL_LONGITUDE;
    if (k->kind == WORD)
        (void)snprintf(out, CELL_MAX, "%s", k->words[v].words[english]);
    else if (place ? p->f.placed : v != 0)
        write_decimal(out, v, (int)k->digits);
}

bool row_cell(char out[CELL_MAX], const struct project *p, const struct parties *ps, enum column c,
              bool english)
{
    enum kind kind = (enum kind)columns[c].kind;
    if (kind == PARTY)
        write_parties(out, ps, c);
    else if (c == COL_STAGE)
        (void)snprintf(out, CELL_MAX, "%s", stages[p->stage].words[english]);
    else if (c == COL_STAGE_ON)
        write_day(out, p->stage_on);
    else if (c == COL_DUE)
        write_day(out, stage_is_over(p->stage) ? 0 : p->due_on);
    else if (c == COL_MADE)
        write_day(out, day_of_ms(p->created_at));
    else if (c == COL_MANAGER)
        (void)snprintf(out, CELL_MAX, "%s", p->manager_name);
    else
        write_field(out, p, c, english);
    return kind == TEXT || kind == NARROW || kind == PARTY || c == COL_MANAGER;
}

void header_write(struct buf *b, bool english)
{
    for (enum column c = 0; c < COL_N; c++)
        csv_put(b, c == 0, columns[c].names.words[english]);
    buf_str(b, "\r\n");
}

void row_write(struct buf *b, const struct project *p, const struct parties *ps, bool english)
{
    char cell[CELL_MAX];
    for (enum column c = 0; c < COL_N; c++) {
        if (row_cell(cell, p, ps, c, english))
            csv_put_text(b, c == 0, cell);
        else
            csv_put(b, c == 0, cell);
    }
    buf_str(b, "\r\n");
}
