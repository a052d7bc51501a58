/*
 * One HMAC (RFC 2104) over one block in each lane: lane 2 i makes the key that follows from secret i, lane 2 i + 1 the IV.
 * Included once for each HASH, 256 or 384, and TARGET (the processor's instructions), to make the function EXPAND.
 */
#if HASH == 256
#define WORD uint32_t
#define ROUNDS 64
#define CONSTANT(t) ((uint32_t) (CONSTANTS[t] >> 32))
#define INITIAL INITIAL_256
/* FIPS 180-4 section 4.1.2 */
#define SUM0(x) (ROTR(x, 2) ^ ROTR(x, 13) ^ ROTR(x, 22))
#define SUM1(x) (ROTR(x, 6) ^ ROTR(x, 11) ^ ROTR(x, 25))
#define SMALL0(x) (ROTR(x, 7) ^ ROTR(x, 18) ^ x >> 3)
#define SMALL1(x) (ROTR(x, 17) ^ ROTR(x, 19) ^ x >> 10)
#else
#define WORD uint64_t
#define ROUNDS 80
#define CONSTANT(t) CONSTANTS[t]
#define INITIAL INITIAL_384
/* FIPS 180-4 section 4.1.3 */
#define SUM0(x) (ROTR(x, 28) ^ ROTR(x, 34) ^ ROTR(x, 39))
#define SUM1(x) (ROTR(x, 14) ^ ROTR(x, 18) ^ ROTR(x, 41))
#define SMALL0(x) (ROTR(x, 1) ^ ROTR(x, 8) ^ x >> 7)
#define SMALL1(x) (ROTR(x, 19) ^ ROTR(x, 61) ^ x >> 6)
#endif

#define JOINED(a, b) a##_##b
#define NAMED(a, b) JOINED(a, b)
#define WORDS NAMED(EXPAND, words)
#define COMPRESS NAMED(EXPAND, compress)
#define READ NAMED(EXPAND, read)

#define WIDTH ((int) sizeof(WORD))
#define BLOCK (16 * WIDTH)
#define DIGEST (HASH / 8)
#define ROTR(x, n) ((x) >> (n) | (x) << (8 * WIDTH - (n)))

/* One word of each lane. */
typedef WORD WORDS __attribute__((vector_size(sizeof(WORD) * LANES)));

/* FIPS 180-4 section 6; the schedule is made in the block's place. */
TARGET static void COMPRESS(WORDS *state, WORDS *w) {
    WORDS a = state[0], b = state[1], c = state[2], d = state[3];
    WORDS e = state[4], f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < ROUNDS; t++) {
        if (t >= 16) {
            WORDS x = w[(t + 1) & 15];
            WORDS y = w[(t + 14) & 15];
            w[t & 15] += SMALL0(x) + w[(t + 9) & 15] + SMALL1(y);
        }
        WORDS one = h + SUM1(e) + (g ^ (e & (f ^ g))) + CONSTANT(t) + w[t & 15];
        WORDS two = SUM0(a) + ((a & b) | (c & (a | b)));
        h = g;
        g = f;
        f = e;
        e = d + one;
        d = c;
        c = b;
        b = a;
        a = one + two;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

static WORD READ(const uint8_t *from) {
    WORD word = 0;
    for (int i = 0; i < WIDTH; i++) {
        word = (WORD) (word << 8) | from[i];
    }
    return word;
}

TARGET static void EXPAND(uint8_t *at, int secrets, int key_length) {
    /* Two messages, with what the digest puts behind them (FIPS 180-4 section 5.1). */
    uint8_t messages[2][BLOCK] = {{0}};
    for (int i = 0; i < 2; i++) {
        int n = i == 0 ? label(messages[0], key_length, "tls13 key") : label(messages[1], IV_LENGTH, "tls13 iv");
        messages[i][n] = 0x80;
        int bits = 8 * (BLOCK + n);
        messages[i][BLOCK - 2] = (uint8_t) (bits >> 8);
        messages[i][BLOCK - 1] = (uint8_t) bits;
    }
    WORDS key[16] = {{0}};
    for (int i = 0; i < 2 * secrets; i++) {
        for (int j = 0; j < DIGEST / WIDTH; j++) {
            key[j][i] = READ(at + PLACE * (i / 2) + WIDTH * j);
        }
    }
    WORDS block[16];
    WORDS inner[8];
    WORDS outer[8];
    for (int j = 0; j < 8; j++) {
        inner[j] = outer[j] = (WORDS) {0} + INITIAL[j];
    }
    for (int j = 0; j < 16; j++) {
        block[j] = key[j] ^ (WORD) 0x3636363636363636;
    }
    COMPRESS(inner, block);
    for (int j = 0; j < 16; j++) {
        for (int i = 0; i < LANES; i++) {
            block[j][i] = READ(messages[i & 1] + WIDTH * j);
        }
    }
    COMPRESS(inner, block);
    for (int j = 0; j < 16; j++) {
        block[j] = key[j] ^ (WORD) 0x5c5c5c5c5c5c5c5c;
    }
    COMPRESS(outer, block);
    for (int j = 0; j < 16; j++) {
        block[j] = j < DIGEST / WIDTH ? inner[j & 7] : (WORDS) {0};
    }
    block[DIGEST / WIDTH] += (WORD) 1 << (8 * WIDTH - 1);
    block[15] += (WORD) (8 * (BLOCK + DIGEST));
    COMPRESS(outer, block);
    for (int i = 0; i < 2 * secrets; i++) {
        uint8_t *to = at + KEYS + PLACE * (i / 2) + (i & 1 ? IV : 0);
        int length = i & 1 ? IV_LENGTH : key_length;
        for (int n = 0; n < length; n++) {
            to[n] = (uint8_t) (outer[n / WIDTH][i] >> (8 * (WIDTH - 1 - n % WIDTH)));
        }
    }
}

#undef WORD
#undef ROUNDS
#undef CONSTANT
#undef INITIAL
#undef SUM0
#undef SUM1
#undef SMALL0
#undef SMALL1
#undef JOINED
#undef NAMED
#undef WORDS
#undef COMPRESS
#undef READ
#undef WIDTH
#undef BLOCK
#undef DIGEST
#undef ROTR
