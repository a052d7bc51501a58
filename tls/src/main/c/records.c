/*
 * AES-GCM of short TLS records, and the keys of TLS 1.3, for decoding captures of many short sessions.
 *
 * A session of TLS 1.3 that carries one mail is a dozen records of a hundred bytes and eight HKDF expansions. In a general library
 * most of their time goes into the way there: objects for a cipher with its key and nonce, arrays copied, states set up. Here one
 * call opens a record in place and one call makes all keys of a session.
 *
 * AES-GCM (NIST SP 800-38D). Round keys and blocks by AES-NI. GHASH is computed as POLYVAL over bytes in reverse (RFC 8452 appendix
 * A): then carry-less products of 64 bits (PCLMULQDQ) need no bits to be reversed, and four blocks share one reduction.
 *
 * Keys (RFC 8446 section 7.3). Each HKDF-Expand-Label is one HMAC over less than a block, four compressions that wait for each other;
 * those of the key and the IV of four traffic secrets are independent, and stand side by side in the lanes of vectors.
 *
 * Tags are compared, but no attempt is made to take the same time for all secrets beyond what the instructions do: this code
 * opens captures for the keys' owner, and nobody else can ask it anything or measure it.
 *
 * Plain C with GCC's and Clang's intrinsics, no library, no memory of its own; for other processors than x86-64 it compiles to
 * functions that decline.
 */
#include <stdint.h>
#include <string.h>

/* Java's native methods get its environment and their class first; neither is needed here. */
#define JAVA(result, name, ...) \
    __attribute__((visibility("default"))) result Java_org_hikyaku_tls_wire_RecordLibrary_##name(void *, void *, ##__VA_ARGS__); \
    __attribute__((visibility("default"))) result Java_org_hikyaku_tls_wire_RecordLibrary_##name( \
            __attribute__((unused)) void *environment, __attribute__((unused)) void *class, ##__VA_ARGS__)

/* Of what Java calls and how memory is laid out between them: another one with each change of that, here and in RecordLibrary. */
enum { INTERFACE = 1 };

JAVA(int32_t, interfaceNumber) {
    return INTERFACE;
}

#if defined(__x86_64__)

#include <immintrin.h>

#define AES __attribute__((target("aes,pclmul,ssse3,sse4.1")))

/* What Java and this share; RecordLibrary has the same numbers. */
enum { KEY = 512, DATA = 1024 };

typedef struct {
    __m128i keys[15];   /* of the rounds */
    __m128i powers[4];  /* of the key of GHASH, the first power last */
    int64_t rounds;     /* 10 or 14 */
} aes_gcm;

_Static_assert(sizeof(aes_gcm) <= KEY, "the state lies before the key");

/* ---- AES ---- */

/* The next four words of the schedule: from the four before, and a word that was rotated and substituted. */
static inline AES __m128i next_key(__m128i before, __m128i word) {
    before = _mm_xor_si128(before, _mm_slli_si128(before, 4));
    before = _mm_xor_si128(before, _mm_slli_si128(before, 8));
    return _mm_xor_si128(before, word);
}

#define ROTATED(key, constant) _mm_shuffle_epi32(_mm_aeskeygenassist_si128(key, constant), 0xff)
#define SUBSTITUTED(key) _mm_shuffle_epi32(_mm_aeskeygenassist_si128(key, 0), 0xaa)

static AES void schedule_128(__m128i *k, const uint8_t *key) {
    k[0] = _mm_loadu_si128((const __m128i *) key);
#define ROUND(i, constant) k[i] = next_key(k[i - 1], ROTATED(k[i - 1], constant))
    ROUND(1, 0x01);
    ROUND(2, 0x02);
    ROUND(3, 0x04);
    ROUND(4, 0x08);
    ROUND(5, 0x10);
    ROUND(6, 0x20);
    ROUND(7, 0x40);
    ROUND(8, 0x80);
    ROUND(9, 0x1b);
    ROUND(10, 0x36);
#undef ROUND
}

static AES void schedule_256(__m128i *k, const uint8_t *key) {
    k[0] = _mm_loadu_si128((const __m128i *) key);
    k[1] = _mm_loadu_si128((const __m128i *) (key + 16));
#define ROUND(i, constant) k[i] = next_key(k[i - 2], ROTATED(k[i - 1], constant))
#define BETWEEN(i) k[i] = next_key(k[i - 2], SUBSTITUTED(k[i - 1]))
    ROUND(2, 0x01);
    BETWEEN(3);
    ROUND(4, 0x02);
    BETWEEN(5);
    ROUND(6, 0x04);
    BETWEEN(7);
    ROUND(8, 0x08);
    BETWEEN(9);
    ROUND(10, 0x10);
    BETWEEN(11);
    ROUND(12, 0x20);
    BETWEEN(13);
    ROUND(14, 0x40);
#undef BETWEEN
#undef ROUND
}

/* Four blocks, which the processor computes side by side. */
static inline AES void encrypt(const aes_gcm *s, __m128i *b) {
    for (int i = 0; i < 4; i++) {
        b[i] = _mm_xor_si128(b[i], s->keys[0]);
    }
    for (int64_t round = 1; round < s->rounds; round++) {
        for (int i = 0; i < 4; i++) {
            b[i] = _mm_aesenc_si128(b[i], s->keys[round]);
        }
    }
    for (int i = 0; i < 4; i++) {
        b[i] = _mm_aesenclast_si128(b[i], s->keys[s->rounds]);
    }
}

/* ---- GHASH ---- */

static inline AES __m128i reversed(__m128i block) {
    return _mm_shuffle_epi8(block, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

/* A product before its reduction. */
typedef struct {
    __m128i low, middle, high;
} product;

static inline AES void add_product(product *sum, __m128i a, __m128i b) {
    sum->low = _mm_xor_si128(sum->low, _mm_clmulepi64_si128(a, b, 0x00));
    sum->middle = _mm_xor_si128(sum->middle, _mm_clmulepi64_si128(a, b, 0x01));
    sum->middle = _mm_xor_si128(sum->middle, _mm_clmulepi64_si128(a, b, 0x10));
    sum->high = _mm_xor_si128(sum->high, _mm_clmulepi64_si128(a, b, 0x11));
}

/* Times x^-128 modulo x^128 + x^127 + x^126 + x^121 + 1 (RFC 8452 section 3): two foldings of 64 bits, as Montgomery's. */
static inline AES __m128i reduced(product p) {
    const __m128i polynomial = _mm_set_epi64x(0, (int64_t) 0xc200000000000000);
    __m128i low = _mm_xor_si128(p.low, _mm_slli_si128(p.middle, 8));
    __m128i high = _mm_xor_si128(p.high, _mm_srli_si128(p.middle, 8));
    for (int i = 0; i < 2; i++) {
        __m128i folded = _mm_clmulepi64_si128(low, polynomial, 0x00);
        low = _mm_xor_si128(_mm_shuffle_epi32(low, 0x4e), folded);
    }
    return _mm_xor_si128(high, low);
}

static inline AES __m128i times(__m128i a, __m128i b) {
    product p = {0};
    add_product(&p, a, b);
    return reduced(p);
}

/* mulX_POLYVAL of RFC 8452 appendix A. */
static inline AES __m128i times_x(__m128i a) {
    __m128i carries = _mm_srli_epi64(a, 63);
    __m128i doubled = _mm_or_si128(_mm_slli_epi64(a, 1), _mm_slli_si128(carries, 8));
    int64_t over = _mm_extract_epi64(carries, 1);
    return _mm_xor_si128(doubled, _mm_set_epi64x(-over & (int64_t) 0xc200000000000000, over));
}

static inline AES __m128i hash_one(const aes_gcm *s, __m128i hash, __m128i block) {
    return times(_mm_xor_si128(hash, reversed(block)), s->powers[3]);
}

/* ---- GCM ---- */

static AES void take_key(aes_gcm *s, const uint8_t *key, int length) {
    if (length == 16) {
        schedule_128(s->keys, key);
        s->rounds = 10;
    } else {
        schedule_256(s->keys, key);
        s->rounds = 14;
    }
    __m128i zero[4] = {0};
    encrypt(s, zero);
    s->powers[3] = times_x(reversed(zero[0]));
    for (int i = 2; i >= 0; i--) {
        s->powers[i] = times(s->powers[i + 1], s->powers[3]);
    }
}

/* What is left of the last block, with zeros behind it. */
static inline AES __m128i part(const uint8_t *from, int length) {
    uint8_t block[16] = {0};
    memcpy(block, from, (size_t) length);
    return _mm_loadu_si128((const __m128i *) block);
}

/* Decrypts in place; whether the tag, which stands behind, is right. */
static AES int open_gcm(
        const aes_gcm *s, __m128i nonce, __m128i additional, int additional_length, uint8_t *data, int length) {
    const __m128i one = _mm_set_epi32(1, 0, 0, 0);
    /* The counter is the last word, with its highest byte first. */
    const __m128i order = _mm_set_epi8(12, 13, 14, 15, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m128i counter = _mm_add_epi32(nonce, one);
    __m128i hash = hash_one(s, _mm_setzero_si128(), additional);
    __m128i stream[4];
    for (int i = 0; i < 4; i++) {
        stream[i] = _mm_shuffle_epi8(counter, order);
        counter = _mm_add_epi32(counter, one);
    }
    encrypt(s, stream);
    __m128i mask = stream[0];
    int used = 1; /* blocks of the stream */
    int at = 0;
    while (length - at >= 16) {
        if (used == 4 && length - at >= 64) {
            product sum = {0};
            __m128i blocks[4];
            for (int i = 0; i < 4; i++) {
                stream[i] = _mm_shuffle_epi8(counter, order);
                counter = _mm_add_epi32(counter, one);
                blocks[i] = _mm_loadu_si128((const __m128i *) (data + at + 16 * i));
            }
            encrypt(s, stream);
            for (int i = 0; i < 4; i++) {
                __m128i in = reversed(blocks[i]);
                add_product(&sum, i == 0 ? _mm_xor_si128(in, hash) : in, s->powers[i]);
                _mm_storeu_si128((__m128i *) (data + at + 16 * i), _mm_xor_si128(blocks[i], stream[i]));
            }
            hash = reduced(sum);
            at += 64;
            continue;
        }
        if (used == 4) {
            for (int i = 0; i < 4; i++) {
                stream[i] = _mm_shuffle_epi8(counter, order);
                counter = _mm_add_epi32(counter, one);
            }
            encrypt(s, stream);
            used = 0;
        }
        __m128i block = _mm_loadu_si128((const __m128i *) (data + at));
        hash = hash_one(s, hash, block);
        _mm_storeu_si128((__m128i *) (data + at), _mm_xor_si128(block, stream[used++]));
        at += 16;
    }
    __m128i tag = _mm_loadu_si128((const __m128i *) (data + length));
    if (at < length) {
        if (used == 4) {
            stream[0] = _mm_shuffle_epi8(counter, order);
            encrypt(s, stream);
            used = 0;
        }
        __m128i block = part(data + at, length - at);
        hash = hash_one(s, hash, block);
        uint8_t plain[16];
        _mm_storeu_si128((__m128i *) plain, _mm_xor_si128(block, stream[used]));
        memcpy(data + at, plain, (size_t) (length - at));
    }
    /* The lengths in bits, in the order of bytes that reversed() makes. */
    __m128i lengths = _mm_set_epi64x((int64_t) additional_length * 8, (int64_t) length * 8);
    hash = times(_mm_xor_si128(hash, lengths), s->powers[3]);
    __m128i wrong = _mm_xor_si128(_mm_xor_si128(reversed(hash), mask), tag);
    return _mm_testz_si128(wrong, wrong);
}

/* ---- Keys ---- */

/* FIPS 180-4 section 4.2.3; the upper halves of the first 64 are those of SHA-256. */
static const uint64_t CONSTANTS[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

static const uint32_t INITIAL_256[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const uint64_t INITIAL_384[8] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

/*
 * Room that Java gives: secrets of at most 48 bytes, each in a place of its own, and behind them for each a place with its key of at
 * most 32 bytes and its IV.
 */
enum { SECRETS = 4, PLACE = 64, KEYS = SECRETS * PLACE, IV = 32, IV_LENGTH = 12 };

/* Side by side: of each secret the key and the IV. */
#define LANES (2 * SECRETS)

/* HkdfLabel without a context, and the number of the first block (RFC 8446 section 7.1, RFC 5869 section 2.3). */
static int label(uint8_t *to, int length, const char *name) {
    int n = (int) strlen(name);
    to[0] = 0;
    to[1] = (uint8_t) length;
    to[2] = (uint8_t) n;
    memcpy(to + 3, name, (size_t) n);
    to[3 + n] = 0;
    to[4 + n] = 1;
    return 5 + n;
}

#define WIDE __attribute__((target("avx512f,avx512vl")))

#define HASH 256
#define EXPAND expand_256
#define TARGET
#include "expand.h"
#undef EXPAND
#undef TARGET
#define EXPAND expand_256_wide
#define TARGET WIDE
#include "expand.h"
#undef EXPAND
#undef TARGET
#undef HASH

#define HASH 384
#define EXPAND expand_384
#define TARGET
#include "expand.h"
#undef EXPAND
#undef TARGET
#define EXPAND expand_384_wide
#define TARGET WIDE
#include "expand.h"

/* 0: not on this processor; 1: by what every processor of the last fifteen years has; 2: by AVX-512, too. */
JAVA(int32_t, supported) {
    if (!__builtin_cpu_supports("aes") || !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) {
        return 0;
    }
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") ? 2 : 1;
}

/*
 * Opens the record at DATA in place: ciphertext of so many bytes and a tag of 16. The key at KEY is taken first when keyLength is
 * not 0; else the one taken last holds. The nonce is given as a number of four and one of eight bytes, the additional data as the
 * sequence number, where there is one (withSequence), and the header of five bytes.
 */
JAVA(int32_t, open, int64_t memory, int32_t keyLength, int32_t nonceHead, int64_t nonceTail, int32_t withSequence,
        int64_t sequence, int64_t header, int32_t length) {
    uint8_t *at = (uint8_t *) memory;
    aes_gcm *s = (aes_gcm *) at;
    if (keyLength != 0) {
        take_key(s, at + KEY, keyLength);
    }
    uint64_t head = (uint64_t) header << 24;
    uint8_t bytes[16] = {0};
    int n = 0;
    if (withSequence) {
        for (; n < 8; n++) {
            bytes[n] = (uint8_t) ((uint64_t) sequence >> (56 - 8 * n));
        }
    }
    for (int i = 0; i < 5; i++, n++) {
        bytes[n] = (uint8_t) (head >> (56 - 8 * i));
    }
    int64_t tail = (int64_t) __builtin_bswap64((uint64_t) nonceTail);
    int32_t start = (int32_t) __builtin_bswap32((uint32_t) nonceHead);
    __m128i nonce = _mm_set_epi32(0, (int32_t) (tail >> 32), (int32_t) tail, start);
    return open_gcm(s, nonce, _mm_loadu_si128((const __m128i *) bytes), n, at + DATA, length);
}

/* Keys and IVs of TLS 1.3 from the traffic secrets at memory, of SHA-256 or SHA-384; by what supported() said, or less. */
JAVA(void, expand, int64_t memory, int32_t by, int32_t hash, int32_t secrets, int32_t keyLength) {
    uint8_t *at = (uint8_t *) memory;
    if (hash == 256) {
        (by == 2 ? expand_256_wide : expand_256)(at, secrets, keyLength);
    } else {
        (by == 2 ? expand_384_wide : expand_384)(at, secrets, keyLength);
    }
}

#else

JAVA(int32_t, supported) {
    return 0;
}

JAVA(int32_t, open, __attribute__((unused)) int64_t memory, __attribute__((unused)) int32_t keyLength,
        __attribute__((unused)) int32_t nonceHead, __attribute__((unused)) int64_t nonceTail,
        __attribute__((unused)) int32_t withSequence, __attribute__((unused)) int64_t sequence,
        __attribute__((unused)) int64_t header, __attribute__((unused)) int32_t length) {
    return 0;
}

JAVA(void, expand, __attribute__((unused)) int64_t memory, __attribute__((unused)) int32_t by, __attribute__((unused)) int32_t hash,
        __attribute__((unused)) int32_t secrets, __attribute__((unused)) int32_t keyLength) {}

#endif
