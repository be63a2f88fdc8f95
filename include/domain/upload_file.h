/**
 * @file
 * Where the bytes of uploads and documents lie, below the data folder:
 *
 *   uploads/ID             what has come of an upload so far; its size is the offset
 *   uploads/ID.base        while a part with a checksum comes: where it began
 *   documents/ab/ID        a revision, ab the first two characters of ID; never written again
 *   documents/quarantine/  what the scanner found something in
 *
 * An ID is 32 hex digits of our own; nothing of what the uploader says is in a path. Where a size
 * is told, it is on the disk. Blocks: not on the control thread. Thread: any; one at a time for one
 * ID.
 */
#ifndef DOMAIN_UPLOAD_FILE_H
#define DOMAIN_UPLOAD_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/sniff.h"
#include "domain/uploads.h"

enum { DOCUMENT_PATH = 512 };

/** uploads/ and documents/ are there. */
MUST_USE enum err upload_folders_make(const char *data);

/** @name What has come so far. @{ */
/** @param have  Bytes on the disk; 0 when there is no file yet. */
MUST_USE enum err upload_file_have(uint64_t *have, const char *data, const char *id);
/** Opens it for the next bytes, made when it is not there. @param fd  The caller's. */
MUST_USE enum err upload_file_open(int *fd, uint64_t *have, const char *data, const char *id);
/** From here on what comes counts only when upload_file_take() is called; until then, also after a
 * crash, the file ends at @p at. */
MUST_USE enum err upload_file_try(const char *data, const char *id, uint64_t at);
MUST_USE enum err upload_file_take(const char *data, const char *id);
/** Back to where upload_file_try() began; nothing without one. */
MUST_USE enum err upload_file_back(const char *data, const char *id);
/** Digest of @p n bytes from @p at. @param sha1  Else SHA-256. */
MUST_USE enum err upload_file_digest(uint8_t out[SHA256_LEN], const char *data, const char *id,
                                     uint64_t at, uint64_t n, bool sha1);
/** It is not wanted any more. @param kept  Nor is the file that upload_file_keep() has made of it:
 * no revision is of it, and none will be. */
MUST_USE enum err upload_file_remove(const char *data, const char *id, bool kept);
/** @} */

/** What the whole of it is. Also after upload_file_keep(). @param unpacked  As for sniff(). */
MUST_USE enum err upload_file_look(struct content *out, enum sniff_verdict *verdict,
                                   const char *data, const char *id, uint64_t unpacked);
/** Puts it in its place among the documents: on the disk under its new name afterwards. Again is
 * fine. */
MUST_USE enum err upload_file_keep(const char *data, const char *id);

void document_file(char out[DOCUMENT_PATH], const char *data, const char *id);
void document_file_put_away(char out[DOCUMENT_PATH], const char *data, const char *id);
/** To where no reader looks: document_file_put_away(). Again is fine. */
MUST_USE enum err document_file_quarantine(const char *data, const char *id);

#endif
