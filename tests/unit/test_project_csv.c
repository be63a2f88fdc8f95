/* domain/cells, domain/project_csv: what people write into cells, every refusal with its column,
 * headers in two languages, rows written and read again. */
#include "domain/project_csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/cells.h"
#include "t.h"

enum { TODAY = 20782 }; /* 2026-11-25 */

static void trims(void)
{
    static const struct {
        const char *cell, *plain, *narrow;
    } table[] = {
        {"  a b ", "a b", "a b"},
        {"\xe3\x80\x80锦\xc2\xa0", "锦", "锦"},
        {"ＢＺ－２０２６", "ＢＺ－２０２６", "BZ-2026"},
        {"（ｋＶＡ）", "（ｋＶＡ）", "(kVA)"},
        {"", "", ""},
        {" \t ", "", ""},
        {"、。", "、。", "、。"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char out[40];
        T_OK(cell_trim(out, sizeof(out), table[i].cell, false) && strcmp(out, table[i].plain) == 0);
        T_OK(cell_trim(out, sizeof(out), table[i].cell, true) && strcmp(out, table[i].narrow) == 0);
    }
    char small[4];
    T_OK(cell_trim(small, sizeof(small), " abc   ", false) && strcmp(small, "abc") == 0);
    T_OK(!cell_trim(small, sizeof(small), "abcd", false));
    T_OK(!cell_trim(small, sizeof(small), "a  d", false));
    T_OK(cell_trim(small, sizeof(small), "a\xe3\x80\x80\xe3\x80\x80", false) &&
         strcmp(small, "a") == 0);
    T_OK(!cell_trim(small, sizeof(small), "a\xe3\x80\x80x", false));
}

static void numbers(void)
{
    static const char *const kva[] = {"kva", "千伏安", NULL};
    static const struct {
        const char *cell;
        int digits;
        bool rounds;
        int64_t want;
    } good[] = {
        {"3200", 0, false, 3200},
        {"3,200", 0, false, 3200},
        {"1,234,567", 0, false, 1234567},
        {"3 200", 0, false, 3200},
        {"3200.00", 0, false, 3200},
        {"3200kVA", 0, false, 3200},
        {"3,200 千伏安", 0, false, 3200},
        {"10.5", 3, false, 10500},
        {"0.4", 3, false, 400},
        {"-1.5", 6, true, -1500000},
        {"+7", 0, false, 7},
        {"31.2304164", 6, true, 31230416},
        {"31.2304166", 6, true, 31230417},
        {"-31.2304166", 6, true, -31230417},
    };
    static const char *const bad[] = {"",
                                      "x",
                                      "3,20",
                                      "3,2000",
                                      "1,23,456",
                                      ",200",
                                      "3200,",
                                      "1e5",
                                      "0x10",
                                      "3200.5",
                                      "12kW",
                                      "1.2.3",
                                      "--1",
                                      ".5",
                                      "5.",
                                      "3, 200",
                                      "1,234 567",
                                      "1234,567",
                                      "12345678901234567",
                                      "１２"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        int64_t v = 0;
        T_EQ(cell_decimal(&v, good[i].cell, good[i].digits, good[i].rounds, kva), ERR_OK);
        T_EQ(v, good[i].want);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int64_t v = 77;
        if (cell_decimal(&v, bad[i], 0, false, kva) != ERR_INVAL)
            (void)fprintf(stderr, "taken: %s\n", bad[i]);
        T_EQ(v, 77);
    }
}

static void days(void)
{
    static const char *const good[] = {"2026-03-05",          "2026/3/5",     "2026.3.5",
                                       "2026/03/05",          "20260305",     "2026年3月5日",
                                       "2026年03月05日",      "2026年3月5",   "2026/3/5 0:00",
                                       "2026-03-05 00:00:00", "20260305 0:00"};
    static const char *const bad[] = {
        "",          "2026/3",   "2026/13/1",  "2026/2/30",     "26/3/5",    "2026",  "2026年",
        "2026年3月", "5/3/2026", "2026/3-5",   "2026/3/5 8:00", "2026年3/5", "46086", "202603055",
        "2026/3/5x", "3月5日",   "2026/3/555", "2026//5",       "2026 3 5"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        int32_t d = 0;
        if (cell_day(&d, good[i]) != ERR_OK)
            (void)fprintf(stderr, "not taken: %s\n", good[i]);
        T_EQ(d, 20517);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int32_t d = 77;
        char *exact = mem_strdup(bad[i]);
        if (cell_day(&d, exact) != ERR_INVAL)
            (void)fprintf(stderr, "taken: %s\n", bad[i]);
        T_EQ(d, 77);
        mem_free(exact);
    }
    T_OK(cell_is_phone("13800138000") && cell_is_phone("+86 21-5888 0000") &&
         cell_is_phone("(021)58880000#12") && cell_is_phone("95598"));
    T_OK(!cell_is_phone("138****8000") && !cell_is_phone("1234") && !cell_is_phone("tel 123456") &&
         !cell_is_phone("1+38001380") && !cell_is_phone("123456789012345678901"));
}

/* ---- rows -------------------------------------------------------------------------------------
 */

static struct header header;
static struct row row;
static struct row_faults faults;
static struct row base;

static enum err take(void *arg, const struct csv_row *r)
{
    (void)arg;
    faults.n = 0;
    if (r->number == 1) {
        header_read(&header, r, &faults);
        return ERR_OK;
    }
    row = base;
    row_read(&row, &header, r, TODAY, &faults);
    return ERR_OK;
}

static void read_table(const char *text)
{
    struct csv *c = (struct csv *)mem_alloc(sizeof(*c));
    csv_init(c, ',', take, NULL);
    T_EQ(csv_feed(c, text, strlen(text)), ERR_OK);
    T_EQ(csv_end(c), ERR_OK);
    mem_free(c);
}

static void headers(void)
{
    read_table(
        "编号,名称,客户名称,报装容量（kVA）,not one of ours,  电压等级 ,DESIGNER,designer_phone");
    static const enum column want[] = {COL_NUMBER,
                                       COL_TITLE,
                                       COL_CUSTOMER,
                                       COL_CAPACITY,
                                       COL_NONE,
                                       COL_VOLTAGE,
                                       (enum column)(COL_PARTY + 3),
                                       (enum column)(COL_PARTY + 5)};
    T_EQ(faults.n, 0);
    T_EQ(header.n, sizeof(want) / sizeof(want[0]));
    for (size_t i = 0; i < header.n; i++)
        T_EQ(header.of[i], want[i]);
    read_table("报装编号,客户,Customer");
    T_EQ(faults.n, 2);
    T_EQ(faults.at[0].why, WHY_COLUMN_TWICE);
    T_EQ(faults.at[0].column, COL_CUSTOMER);
    T_EQ(faults.at[1].why, WHY_COLUMN_MISSING);
    T_EQ(faults.at[1].column, COL_TITLE);
    read_table("title,customer,designer_phone,customer_side_person");
    T_EQ(faults.n, 1);
    T_EQ(faults.at[0].column, COL_PARTY + 3);
    T_EQ(faults.at[0].why, WHY_COLUMN_MISSING);
    for (enum column c = 0; c < COL_N; c++)
        for (enum column d = 0; d < c; d++)
            T_OK(strcmp(column_key(c), column_key(d)) != 0);
    for (enum row_why w = WHY_NONE; w < WHY_N; w++)
        T_OK(why_key(w) != NULL && why_key(w)[0] != '\0');
}

static void refusals(void)
{
#define NAMES \
    "title,customer,number,voltage_kv,capacity_kva,latitude,longitude,importance,sources,wanted_" \
    "on,stage,stage_on,designer,designer_person,designer_phone\n"
    static const struct {
        const char *text;
        enum column column;
        enum row_why why;
    } table[] = {
        {"t,c", COL_NONE, WHY_NONE},
        {",c", COL_TITLE, WHY_MISSING},
        {"t,", COL_CUSTOMER, WHY_MISSING},
        {"t\x01,c", COL_TITLE, WHY_CONTROL},
        {"t,c,\"a\nb\"", COL_NUMBER, WHY_CONTROL},
        {"t,c,12345678901234567890123456789012345678901", COL_NUMBER, WHY_LONG},
        {"t,c,,ten", COL_VOLTAGE, WHY_NUMBER},
        {"t,c,,1200", COL_VOLTAGE, WHY_RANGE},
        {"t,c,,0", COL_VOLTAGE, WHY_RANGE},
        {"t,c,,,12.5", COL_CAPACITY, WHY_NUMBER},
        {"t,c,,,\"3,20\"", COL_CAPACITY, WHY_NUMBER},
        {"t,c,,,99999999", COL_CAPACITY, WHY_RANGE},
        {"t,c,,,,91,121", COL_LATITUDE, WHY_RANGE},
        {"t,c,,,,31", COL_LONGITUDE, WHY_HALF},
        {"t,c,,,,,121", COL_LATITUDE, WHY_HALF},
        {"t,c,,,,,,四级", COL_IMPORTANCE, WHY_WORD},
        {"t,c,,,,,,,三电源", COL_SOURCES, WHY_WORD},
        {"t,c,,,,,,,,2026/2/30", COL_WANTED, WHY_DAY},
        {"t,c,,,,,,,,,party", COL_STAGE, WHY_WORD},
        {"t,c,,,,,,,,,survey,2026-11-26", COL_STAGE_ON, WHY_FUTURE},
        {"t,c,,,,,,,,,,,,张三", (enum column)(COL_PARTY + 3), WHY_NOBODY},
        {"t,c,,,,,,,,,,,甲院,张三,138****8000", (enum column)(COL_PARTY + 5), WHY_PHONE},
        {"t,c,,,,,,,,,,,\"甲院\n甲院\",\"张三\n张三\"", (enum column)(COL_PARTY + 3),
         WHY_PARTY_TWICE},
        {"t,c,,,,,,,,,,,\"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\"",
         (enum column)(COL_PARTY + 3), WHY_PARTIES},
        {"t,c,,,,,,,,,,,,,,extra", COL_NONE, WHY_EXTRA},
        {"\"t\"x,c", COL_NONE, WHY_STRAY},
        {"t,\"c", COL_NONE, WHY_OPEN},
        {"t\xef\xbf\xbd,c", COL_NONE, WHY_BYTES},
    };
    base = (struct row){.f = {.sources = 1}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[600];
        (void)snprintf(text, sizeof(text), NAMES "%s\n", table[i].text);
        read_table(text);
        bool fine = table[i].why == WHY_NONE ? faults.n == 0
                                             : faults.n == 1 && faults.at[0].why == table[i].why &&
                                                   faults.at[0].column == table[i].column;
        if (!fine)
            (void)fprintf(stderr, "%s: %zu faults, %s %s\n", table[i].text, faults.n,
                          faults.n > 0 ? why_key(faults.at[0].why) : "",
                          faults.n > 0 ? column_key(faults.at[0].column) : "");
        T_OK(fine);
    }
    /* All that is wrong with a row is said at once. */
    read_table(NAMES ",,,x,y,,,z,w,v,u\n");
    T_EQ(faults.n, 8);
}

static void values(void)
{
    base = (struct row){.f = {.sources = 1}};
    read_table(NAMES " 锦澜 ,c,ＢＺ－１,10,\"3，200 "
                     "kVA\",31.230416,-121.4737014,二级负荷,双,２０２６/3/5,审图,2026年1月5日,"
                     "\"甲院\n乙院\",张三,\"\n+86 138 0013 8000\"\n");
    T_EQ(faults.n, 0);
    T_OK(strcmp(row.f.title, "锦澜") == 0 && strcmp(row.f.number, "BZ-1") == 0);
    T_OK(row.f.voltage_v == 10000 && row.f.capacity_kva == 3200 && row.f.placed);
    T_OK(row.f.latitude_e6 == 31230416 && row.f.longitude_e6 == -121473701);
    T_OK(row.f.importance == 2 && row.f.sources == 2 && row.f.wanted_on == 20517);
    T_EQ(row.stage, STAGE_DRAWING_REVIEW);
    T_EQ(row.stage_on, 20458);
    T_EQ(row.parties.n, 2);
    T_OK(row.f.parties == &row.parties);
    T_OK(strcmp(row.parties.at[0].person, "张三") == 0 && row.parties.at[0].phone[0] == '\0');
    T_OK(strcmp(row.parties.at[1].organisation, "乙院") == 0);
    /* Over one that exists: what the table has not stays, an empty cell empties. */
    base = row;
    read_table("title,customer,capacity_kva\nneu,c,\n");
    T_EQ(faults.n, 0);
    T_OK(row.f.voltage_v == 10000 && row.f.capacity_kva == 0 && row.parties.n == 2);
    T_EQ(row.stage, STAGE_DRAWING_REVIEW);
    read_table("title,customer,designer,stage,customer_side_person\nneu,甲方,,,王五\n");
    T_EQ(row.parties.n, 1);
    T_OK(strcmp(row.parties.at[0].organisation, "甲方") == 0 &&
         row.parties.at[0].part == PART_CUSTOMER);
    T_EQ(row.stage, STAGE_DRAWING_REVIEW);
}

static void there_and_back(bool english)
{
    static char text[40000];
    static const struct parties ps = {4,
                                      {{PART_DESIGNER, "=cmd|'x'", "张三", "+86 21 5888 0000"},
                                       {PART_DESIGNER, "乙院, 二所", "", ""},
                                       {PART_CONTRACTOR, "'丙", "李\"四", "95598"},
                                       {PART_OPERATOR, "丁", "", "1234567"}}};
    struct project p = {.stage = STAGE_ACCEPTANCE,
                        .stage_on = 20700,
                        .manager_name = "@沈",
                        .created_at = INT64_C(1790000000000),
                        .f = {.number = "-0001",
                              .title = "=1+1",
                              .customer = "a;b",
                              .park = "\"p\"",
                              .address = "一\n二",
                              .placed = true,
                              .latitude_e6 = -500000,
                              .longitude_e6 = 1,
                              .voltage_v = 400,
                              .capacity_kva = 1250,
                              .load_nature = "+",
                              .importance = 3,
                              .sources = 2,
                              .wanted_on = 21000}};
    struct buf b = buf_make(text, sizeof(text) - 1);
    header_write(&b, english);
    row_write(&b, &p, &ps, english);
    text[b.len] = '\0';
    T_OK(buf_ok(&b));
    T_OK(strstr(text, ",=") == NULL && strstr(text, ",@") == NULL && strstr(text, ",+") == NULL &&
         strstr(text, "\"=") == NULL && strstr(text, "\n=") == NULL);
    base = (struct row){.f = {.sources = 1}};
    read_table(text);
    T_EQ(faults.n, 0);
    T_OK(parties_same(&row.parties, &ps));
    T_EQ(row.stage, p.stage);
    T_EQ(row.stage_on, p.stage_on);
    row.f.parties = NULL;
    T_OK(strcmp(row.f.title, p.f.title) == 0 && strcmp(row.f.number, p.f.number) == 0 &&
         strcmp(row.f.customer, p.f.customer) == 0 && strcmp(row.f.park, p.f.park) == 0 &&
         strcmp(row.f.address, p.f.address) == 0 &&
         strcmp(row.f.load_nature, p.f.load_nature) == 0);
    T_OK(row.f.placed && row.f.latitude_e6 == p.f.latitude_e6 &&
         row.f.longitude_e6 == p.f.longitude_e6 && row.f.voltage_v == p.f.voltage_v &&
         row.f.capacity_kva == p.f.capacity_kva && row.f.importance == p.f.importance &&
         row.f.sources == p.f.sources && row.f.wanted_on == p.f.wanted_on);
}

int main(void)
{
    (void)setenv("TZ", "UTC", 1);
    trims();
    numbers();
    days();
    headers();
    refusals();
    values();
    there_and_back(false);
    there_and_back(true);
    return t_done("project_csv");
}
