/*
 * Eight RSA decryptions with one private key at a time, in the eight lanes of AVX-512 IFMA.
 *
 * A session of TLS 1.2 or older whose key exchange is RSA costs one private operation, c^d mod n, and a capture holds thousands of
 * them under the same key. One operation is a chain in which each step waits for the one before; eight of them side by side fill
 * the processor: a number is an array of digits of 52 bits, and digit i of eight numbers stands in one register, one in each of
 * its 64-bit lanes. The instructions vpmadd52luq and vpmadd52huq multiply the low 52 bits of each lane and add the low or the high
 * half of the product to the 64 bits of another register. (S. Gueron and V. Krasnov, "Software implementation of modular
 * exponentiation, using advanced vector instructions architectures", 2012.)
 *
 * The arithmetic. Numbers have D digits, a multiple of 10 up to 40, and R = 2^(52 D). A prime p of the key fits when 16 p <= R. The
 * Montgomery product x * y is a number congruent to x y / R modulo p, namely (x y + m p) / R with some m < R. So, for this p:
 *   x < 4 p and y < 4 p  give  x * y < 16 p^2 / R + p <= 2 p     (nothing need be subtracted between multiplications)
 *   x < R and y < p      give  x * y < 2 p
 *   x < 4 p              gives x * 1 < p + 3 p / R + 1, that is x * 1 <= p     (one subtraction at the most reduces it)
 * A digit that sums are being added up in ("sum" below) has at most 4 D halves of products, each below 2^52, and a carry: it stays
 * below 2^60, and carries are propagated only once, at the end of a multiplication.
 *
 * Chinese remainders (RFC 8017 section 5.1.2): m_q = c^dQ mod q, h = (c^dP mod p - m_q) / q mod p, m = m_q + q h.
 *
 * Branches and table look-ups follow the key's bits, which are the same in all lanes: no attempt is made to take the same time for
 * all keys. This code decrypts captures for the owner of the key; nobody else can ask it anything, or measure it.
 */
#include <stdint.h>

/* Java's native methods get its environment and their class first; neither is needed here. Addresses are numbers to Java. */
#define JAVA(attributes, name, ...) \
    __attribute__((visibility("default"))) attributes int32_t Java_org_hikyaku_capture_tls_MultiBufferRsa_##name( \
            void *, void *, ##__VA_ARGS__); \
    __attribute__((visibility("default"))) attributes int32_t Java_org_hikyaku_capture_tls_MultiBufferRsa_##name( \
            __attribute__((unused)) void *environment, __attribute__((unused)) void *class, ##__VA_ARGS__)

/* Of what Java calls and how numbers are laid out for it: another one with each change of that, here and in MultiBufferRsa. */
enum { INTERFACE = 1 };

JAVA(, interfaceNumber) {
    return INTERFACE;
}

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

/* The rest of the library must not be compiled for processors that have this: it asks whether they do. */
#define LANED __attribute__((target("avx512f,avx512ifma")))
#define INLINED static inline __attribute__((always_inline)) LANED

/* Numbers computed side by side. */
#define LANES 8

/* Bits of a digit. */
#define BITS 52
#define MASK ((UINT64_C(1) << BITS) - 1)

/* Digits that are multiplied at a time: with 20 registers for sums and 10 for factors all are in use. */
#define BLOCK 10

/* Primes of up to 2,076 bits. */
#define MOST_DIGITS 40

/* Bits of an exponent that are taken together at most, and the powers kept for them: x, x^3, x^5, ..., x^31. */
#define WINDOW 5
#define POWERS (1 << (WINDOW - 1))

/* Loops that touch local arrays are unrolled whole: then the arrays are registers. */
#define UNROLLED _Pragma("GCC unroll 20")

typedef __m512i lanes;

struct prime {
    lanes modulus[MOST_DIGITS];
    lanes square[MOST_DIGITS]; /* R^2 mod p: x * square = x R, the form of x in which Montgomery's product multiplies */
    lanes cube[MOST_DIGITS];   /* R^3 mod p: x * cube = x R R */
    lanes inverse;             /* -1 / p mod 2^52 */
    const uint64_t *exponent;  /* d mod (p - 1), D digits */
};

INLINED lanes low(lanes sum, lanes x, lanes y) {
    return _mm512_madd52lo_epu64(sum, x, y);
}

INLINED lanes high(lanes sum, lanes x, lanes y) {
    return _mm512_madd52hi_epu64(sum, x, y);
}

INLINED lanes add(lanes x, lanes y) {
    return _mm512_add_epi64(x, y);
}

INLINED lanes all(uint64_t digit) {
    return _mm512_set1_epi64((long long) digit);
}

/* The same number in all lanes. */
static LANED void broadcast(int D, lanes *x, const uint64_t *digits) {
    for (int i = 0; i < D; i++) {
        x[i] = all(digits[i]);
    }
}

/* Makes digits x out of sums t. Sums may be negative (two's complement) as long as the whole number is not. */
static LANED void carry(int D, lanes *x, const lanes *t) {
    lanes over = all(0);
    for (int i = 0; i < D; i++) {
        lanes sum = add(t[i], over);
        x[i] = _mm512_and_si512(sum, all(MASK));
        over = _mm512_srai_epi64(sum, BITS);
    }
}

INLINED void take(lanes *s, const lanes *t) {
    UNROLLED for (int i = 0; i < BLOCK; i++) {
        s[i] = t[i];
    }
}

INLINED void clear(lanes *s) {
    UNROLLED for (int i = 0; i < BLOCK; i++) {
        s[i] = all(0);
    }
}

/* The sums that a block is added to; those of its upper half may be the first there. */
INLINED void begin_block(lanes *s, const lanes *t, int first) {
    take(s, t);
    if (first) {
        clear(s + BLOCK);
    } else {
        take(s + BLOCK, t + BLOCK);
    }
}

/* t += x y, for 10 digits of each and 20 sums, the upper 10 taken for 0 if they are the first. */
INLINED void multiply_block(lanes *t, const lanes *x, const lanes *y, int first) {
    lanes s[2 * BLOCK];
    begin_block(s, t, first);
    UNROLLED for (int i = 0; i < BLOCK; i++) {
        UNROLLED for (int j = 0; j < BLOCK; j++) {
            s[i + j] = low(s[i + j], x[j], y[i]);
        }
        UNROLLED for (int j = 0; j < BLOCK; j++) {
            s[i + j + 1] = high(s[i + j + 1], x[j], y[i]);
        }
    }
    take(t, s);
    take(t + BLOCK, s + BLOCK);
}

/* The same for the products of any two different digits of x, each once. */
INLINED void square_block(lanes *t, const lanes *x, int first) {
    lanes s[2 * BLOCK];
    begin_block(s, t, first);
    UNROLLED for (int i = 0; i < BLOCK; i++) {
        UNROLLED for (int j = i + 1; j < BLOCK; j++) {
            s[i + j] = low(s[i + j], x[j], x[i]);
        }
        UNROLLED for (int j = i + 1; j < BLOCK; j++) {
            s[i + j + 1] = high(s[i + j + 1], x[j], x[i]);
        }
    }
    take(t, s);
    take(t + BLOCK, s + BLOCK);
}

/*
 * Finds the m below 2^520 for which t + m p ends in 10 digits that are zero, and adds m times the lowest 10 digits of p; the ten
 * sums that become zero are left behind, and what they carry is in the next.
 */
INLINED void settle_block(lanes *t, lanes *m, const struct prime *p) {
    lanes s[2 * BLOCK];
    begin_block(s, t, 0);
    UNROLLED for (int i = 0; i < BLOCK; i++) {
        m[i] = low(all(0), s[i], p->inverse);
        /* The lowest digit becomes 2^52 unless it is 0: what it carries need not wait for m. */
        s[i + 1] = add(s[i + 1], _mm512_srli_epi64(add(s[i], all(MASK)), BITS));
        UNROLLED for (int j = 1; j < BLOCK; j++) {
            s[i + j] = low(s[i + j], p->modulus[j], m[i]);
        }
        UNROLLED for (int j = 0; j < BLOCK; j++) {
            s[i + j + 1] = high(s[i + j + 1], p->modulus[j], m[i]);
        }
    }
    take(t + BLOCK, s + BLOCK);
}

/* r = t / R modulo p, for 2 D sums, which are spent. */
static LANED void reduce(int D, lanes *r, lanes *t, const struct prime *p) {
    lanes m[BLOCK];
    for (int b = 0; b < D; b += BLOCK) {
        settle_block(t + b, m, p);
        for (int c = BLOCK; c < D; c += BLOCK) {
            multiply_block(t + b + c, p->modulus + c, m, 0);
        }
    }
    carry(D, r, t + D);
}

/* Whether nothing has been added to the upper half of block (b, c) before, when blocks come row by row. */
static int is_first(int D, int b, int c) {
    return b == 0 || c == D - BLOCK;
}

/* t = x y, 2 D sums. */
static LANED void product(int D, lanes *t, const lanes *x, const lanes *y) {
    clear(t);
    for (int b = 0; b < D; b += BLOCK) {
        for (int c = 0; c < D; c += BLOCK) {
            multiply_block(t + b + c, x + c, y + b, is_first(D, b, c));
        }
    }
}

/* r = x * y in Montgomery's sense; r may be x or y. */
static LANED void multiply(int D, lanes *r, const lanes *x, const lanes *y, const struct prime *p) {
    lanes t[2 * MOST_DIGITS];
    product(D, t, x, y);
    reduce(D, r, t, p);
}

/* r = x * x: products of two different digits are computed once and doubled. */
static LANED void square(int D, lanes *r, const lanes *x, const struct prime *p) {
    lanes t[2 * MOST_DIGITS];
    clear(t);
    for (int b = 0; b < D; b += BLOCK) {
        square_block(t + 2 * b, x + b, is_first(D, b, b));
        for (int c = b + BLOCK; c < D; c += BLOCK) {
            multiply_block(t + b + c, x + c, x + b, is_first(D, b, c));
        }
    }
    for (int i = 0; i < D; i++) {
        t[2 * i] = low(add(t[2 * i], t[2 * i]), x[i], x[i]);
        t[2 * i + 1] = high(add(t[2 * i + 1], t[2 * i + 1]), x[i], x[i]);
    }
    reduce(D, r, t, p);
}

/* Out of Montgomery's form, and x mod p exactly: x < 4 p is x / R modulo p afterwards, below p. */
static LANED void leave(int D, lanes *x, const struct prime *p) {
    lanes one[MOST_DIGITS] = {all(1)};
    lanes less[MOST_DIGITS];
    multiply(D, x, x, one, p);
    lanes over = all(0);
    for (int i = 0; i < D; i++) {
        lanes difference = add(_mm512_sub_epi64(x[i], p->modulus[i]), over);
        less[i] = _mm512_and_si512(difference, all(MASK));
        over = _mm512_srai_epi64(difference, BITS);
    }
    __mmask8 enough = _mm512_cmpeq_epi64_mask(over, all(0)); /* nothing had to be borrowed: x was p */
    for (int i = 0; i < D; i++) {
        x[i] = _mm512_mask_mov_epi64(x[i], enough, less[i]);
    }
}

static int bit(const uint64_t *digits, int i) {
    return (int) (digits[i / BITS] >> (i % BITS)) & 1;
}

/*
 * r = x^exponent modulo p, all in Montgomery's form and below 4 p. From the left, by windows of up to five bits that begin and end
 * with a one: square once for each bit, and multiply by one of the odd powers at the end of a window. The exponent is not 0.
 */
static LANED void power(int D, lanes *r, const lanes *x, const struct prime *p) {
    lanes odd[POWERS][MOST_DIGITS], second[MOST_DIGITS];
    memcpy(odd[0], x, sizeof(lanes) * (size_t) D);
    square(D, second, x, p);
    for (int k = 1; k < POWERS; k++) {
        multiply(D, odd[k], odd[k - 1], second, p);
    }
    int i = D * BITS - 1;
    while (!bit(p->exponent, i)) {
        i--;
    }
    for (int begun = 0; i >= 0; begun = 1) {
        for (; i >= 0 && !bit(p->exponent, i); i--) {
            square(D, r, r, p);
        }
        if (i < 0) {
            return;
        }
        int end = i < WINDOW ? 0 : i - WINDOW + 1;
        while (!bit(p->exponent, end)) {
            end++;
        }
        int window = 0;
        for (; i >= end; i--) {
            window = window << 1 | bit(p->exponent, i);
            if (begun) {
                square(D, r, r, p);
            }
        }
        if (begun) {
            multiply(D, r, r, odd[window >> 1], p);
        } else {
            memcpy(r, odd[window >> 1], sizeof(lanes) * (size_t) D);
        }
    }
}

/* r = c^exponent R modulo p, below 4 p, for c of 2 D digits: c = first + R second. */
static LANED void decrypt_by(int D, lanes *r, const lanes *c, const struct prime *p) {
    lanes x[MOST_DIGITS], second[MOST_DIGITS];
    multiply(D, x, c, p->square, p);
    multiply(D, second, c + D, p->cube, p);
    for (int i = 0; i < D; i++) {
        x[i] = add(x[i], second[i]);
    }
    carry(D, x, x);
    power(D, r, x, p);
}

/* Eight numbers, big-endian one behind the other. */
static LANED void read_numbers(int digits, lanes *x, const uint8_t *bytes, int length) {
    for (int i = 0; i < digits; i++) {
        uint64_t digit[LANES] = {0};
        int from = i * BITS;
        for (int lane = 0; lane < LANES; lane++) {
            const uint8_t *last = bytes + (lane + 1) * length - 1;
            for (int b = from / 8; b < length && b * 8 < from + BITS; b++) {
                int shift = b * 8 - from; /* a digit begins with a byte or in the middle of one */
                digit[lane] |= shift < 0 ? (uint64_t) last[-b] >> -shift : (uint64_t) last[-b] << shift;
            }
            digit[lane] &= MASK;
        }
        x[i] = _mm512_loadu_si512(digit);
    }
}

static LANED void write_numbers(int digits, const lanes *x, uint8_t *bytes, int length) {
    memset(bytes, 0, LANES * (size_t) length);
    for (int i = 0; i < digits; i++) {
        uint64_t digit[LANES];
        _mm512_storeu_si512(digit, x[i]);
        int from = i * BITS;
        for (int lane = 0; lane < LANES; lane++) {
            uint8_t *last = bytes + (lane + 1) * length - 1;
            for (int b = from / 8; b < length && b * 8 < from + BITS; b++) {
                int shift = b * 8 - from;
                last[-b] |= (uint8_t) (shift < 0 ? digit[lane] << -shift : digit[lane] >> shift);
            }
        }
    }
}

/* Reads a prime; gives what stands behind it. */
static LANED const uint64_t *read_prime(int D, struct prime *p, const uint64_t *key) {
    broadcast(D, p->modulus, key);
    broadcast(D, p->square, key + D);
    broadcast(D, p->cube, key + 2 * D);
    p->exponent = key + 3 * D;
    p->inverse = all(key[4 * D]);
    return key + 4 * D + 1;
}

/* Whether the processor has the instructions, and the system keeps their registers. */
JAVA(, able) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
}

/*
 * Decrypts eight numbers; to be called only where able() says so. Safe for several threads.
 *
 *   D       digits of 52 bits: 10, 20, 30 or 40, so that 16 times either prime is at most 2^(52 D)
 *   key     numbers of D digits, the lowest digit first: p, R^2 mod p, R^3 mod p, d mod (p - 1); the single digit -1 / p mod 2^52;
 *           the same five of q; and R^2 / q mod p
 *   length  bytes of the modulus p q, at most 13 D
 *   in      eight numbers of that length, big-endian
 *   out     room for as many
 *
 * Gives 1, or 0 for a D or a length that is not allowed.
 */
JAVA(LANED, decrypt, int32_t D, int64_t keyAddress, int32_t length, int64_t in, int64_t out) {
    if (D < BLOCK || D > MOST_DIGITS || D % BLOCK != 0 || length < 1 || length > 2 * D * BITS / 8) {
        return 0;
    }
    const uint64_t *key = (const uint64_t *) (intptr_t) keyAddress;
    struct prime p, q;
    lanes quotient[MOST_DIGITS], h[MOST_DIGITS], mq[MOST_DIGITS], x[MOST_DIGITS], c[2 * MOST_DIGITS];
    key = read_prime(D, &p, key);
    key = read_prime(D, &q, key);
    broadcast(D, quotient, key);
    read_numbers(2 * D, c, (const uint8_t *) (intptr_t) in, length);

    decrypt_by(D, mq, c, &q);
    leave(D, mq, &q);

    decrypt_by(D, h, c, &p);
    leave(D, h, &p);
    multiply(D, h, h, quotient, &p);
    multiply(D, x, mq, quotient, &p);
    for (int i = 0; i < D; i++) { /* both are below 2 p: with 2 p more the difference is above 0 and below 4 p */
        h[i] = add(_mm512_sub_epi64(h[i], x[i]), add(p.modulus[i], p.modulus[i]));
    }
    carry(D, h, h);
    leave(D, h, &p);

    product(D, c, h, q.modulus);
    for (int i = 0; i < D; i++) {
        c[i] = add(c[i], mq[i]);
    }
    carry(2 * D, c, c);
    write_numbers(2 * D, c, (uint8_t *) (intptr_t) out, length);
    return 1;
}

#else

JAVA(, able) {
    return 0;
}

JAVA(, decrypt, int32_t D, int64_t key, int32_t length, int64_t in, int64_t out) {
    (void) D, (void) key, (void) length, (void) in, (void) out;
    return 0;
}

#endif
