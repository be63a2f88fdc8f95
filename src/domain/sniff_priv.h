/** @file
 * What the parts of the sniffer share. */
#ifndef SNIFF_PRIV_H
#define SNIFF_PRIV_H

#include "domain/sniff.h"

/** Text: CSV, DXF, notes; or a page, which is refused. NULL in *code: not text. */
enum sniff_verdict sniff_text(const char **code, const uint8_t *p, size_t n);
/** An archive: by what its list of contents names. */
enum sniff_verdict sniff_zip(const char **code, const struct sniff_file *f, uint64_t unpacked);

#endif
