/* ID tokens: whatever comes, none is taken without the provider's signature; base64url has one text
 * for one value. */
#include <string.h>

#include "api/idtoken_priv.h"
#include "base/mem.h"
#include "crypto/jws.h"
#include "fuzz.h"

static json_t *keys(void)
{
    static json_t *jwks;
    if (jwks == NULL) /* RFC 7515, A.3 */
        jwks = json_pack("{s:[{s:s,s:s,s:s,s:s}]}", "keys", "kty", "EC", "crv", "P-256", "x",
                         "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y",
                         "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    return jwks;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct idtoken_want want = {
        .issuer = "https://id", .client = "yj", .nonce = "n1", .now_s = 1795520741};
    char subject[SUBJECT_LEN + 1];
    char *text = (char *)mem_alloc(size + 1), *again = (char *)mem_alloc(size + 8);
    uint8_t *bytes = (uint8_t *)mem_alloc(size + 1);
    size_t n = 0;
    MUST_HOLD(text != NULL && bytes != NULL && again != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    MUST_HOLD(idtoken_check(subject, text, keys(), &want) != IDTOKEN_FINE);
    if (base64url_read(bytes, &n, size, text, strlen(text)) == ERR_OK) {
        base64url_text(again, bytes, n);
        MUST_HOLD(strcmp(again, text) == 0);
    }
    /* The text itself as the provider's keys. */
    json_t *jwks = json_loads(text, 0, NULL);
    MUST_HOLD(idtoken_check(subject, "eyJhbGciOiJSUzI1NiJ9.e30.AAAA", jwks, &want) != IDTOKEN_FINE);
    json_decref(jwks);
    mem_free(text);
    mem_free(bytes);
    mem_free(again);
    return 0;
}
