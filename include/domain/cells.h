/**
 * @file
 * What people write into the cells of a table: numbers with thousands, dates, words; in wide forms
 * and with units too. Thread: pure.
 */
#ifndef DOMAIN_CELLS_H
#define DOMAIN_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** A copy without blanks around it (the ideographic and the fixed one too), the wide forms of
 * ASCII made narrow when @p narrow. @return false when it does not fit into @p cap. */
bool cell_trim(char *out, size_t cap, const char *cell, bool narrow);

/**
 * A decimal number, trimmed and narrow, as an integer of @p digits further digits: "10.5" with 3 is
 * 10500. Thousands may stand in groups of three by commas or blanks; @p units may follow it.
 * @param units  NULL-terminated, compared without case.
 * ERR_INVAL: no such number, a group that is none, or more digits than @p digits that are not 0
 * and not to be rounded away (@p rounds).
 */
MUST_USE enum err cell_decimal(int64_t *out, const char *cell, int digits, bool rounds,
                               const char *const *units);

/** A day, trimmed and narrow: 2026-03-05, 2026/3/5, 2026.3.5, 20260305, with Chinese signs for
 * year, month and day; midnight may follow it, as spreadsheets write it. */
MUST_USE enum err cell_day(int32_t *out, const char *cell);

/** A telephone number, trimmed and narrow: 5 to 20 digits, blanks, + - ( ) and an extension after
 * x or #. */
bool cell_is_phone(const char *cell);

#endif
