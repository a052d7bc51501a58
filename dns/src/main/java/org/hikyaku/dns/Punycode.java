package org.hikyaku.dns;

import java.util.Optional;

/**
 * Labels with letters beyond ASCII, written in ASCII (RFC 3492). Code points are written as distances between one
 * inserted letter and the next, in digits of base 36 whose weights adapt.
 */
final class Punycode {
    private static final int BASE = 36;
    private static final int LEAST = 1;
    private static final int MOST = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;
    private static final int INITIAL_BIAS = 72;
    private static final int INITIAL_CODE_POINT = 0x80;

    private Punycode() {}

    /** The label in ASCII, without the {@code xn--} before it. */
    static String encode(String label) {
        int[] points = label.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        label.codePoints().filter(c -> c < INITIAL_CODE_POINT).forEach(out::appendCodePoint);
        int basic = out.length();
        int handled = basic;
        if (basic > 0) {
            out.append('-');
        }
        int next = INITIAL_CODE_POINT;
        int delta = 0;
        int bias = INITIAL_BIAS;
        while (handled < points.length) {
            int smallest = Character.MAX_CODE_POINT;
            for (int c : points) {
                if (c >= next && c < smallest) {
                    smallest = c;
                }
            }
            delta = Math.addExact(delta, Math.multiplyExact(smallest - next, handled + 1));
            next = smallest;
            for (int c : points) {
                if (c < next) {
                    delta++;
                } else if (c == next) {
                    bias = writeNumber(out, delta, bias, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
            delta++;
            next++;
        }
        return out.toString();
    }

    private static int writeNumber(StringBuilder out, int delta, int bias, int count, boolean first) {
        int rest = delta;
        int k = BASE;
        while (true) {
            int threshold = threshold(k, bias);
            if (rest < threshold) {
                break;
            }
            out.append(digit(threshold + (rest - threshold) % (BASE - threshold)));
            rest = (rest - threshold) / (BASE - threshold);
            k += BASE;
        }
        out.append(digit(rest));
        return adapt(delta, count, first);
    }

    /** The label that this ASCII form, without its {@code xn--}, stands for; empty when it stands for none. */
    static Optional<String> decode(String ascii) {
        int end = Math.max(0, ascii.lastIndexOf('-'));
        int[] points = new int[ascii.length()];
        int count = 0;
        for (int i = 0; i < end; i++) {
            points[count++] = ascii.charAt(i);
        }
        int next = INITIAL_CODE_POINT;
        int bias = INITIAL_BIAS;
        long at = 0;
        int in = end > 0 ? end + 1 : 0;
        while (in < ascii.length()) {
            long before = at;
            long weight = 1;
            for (int k = BASE; ; k += BASE) {
                int value = in < ascii.length() ? value(ascii.charAt(in++)) : -1;
                at += value * weight;
                if (value < 0 || at > Integer.MAX_VALUE) {
                    return Optional.empty();
                }
                int threshold = threshold(k, bias);
                if (value < threshold) {
                    break;
                }
                weight *= BASE - threshold;
            }
            bias = adapt((int) (at - before), count + 1, before == 0);
            next += (int) (at / (count + 1));
            at %= count + 1;
            if (next > Character.MAX_CODE_POINT || next < INITIAL_CODE_POINT) {
                return Optional.empty();
            }
            System.arraycopy(points, (int) at, points, (int) at + 1, count - (int) at);
            points[(int) at] = next;
            count++;
            at++;
        }
        return Optional.of(new String(points, 0, count));
    }

    private static int threshold(int k, int bias) {
        return Math.clamp(k - bias, LEAST, MOST);
    }

    private static int adapt(int delta, int count, boolean first) {
        int rest = first ? delta / DAMP : delta / 2;
        rest += rest / count;
        int k = 0;
        while (rest > (BASE - LEAST) * MOST / 2) {
            rest /= BASE - LEAST;
            k += BASE;
        }
        return k + (BASE - LEAST + 1) * rest / (rest + SKEW);
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static int value(char digit) {
        if (digit >= 'a' && digit <= 'z') {
            return digit - 'a';
        }
        if (digit >= 'A' && digit <= 'Z') {
            return digit - 'A';
        }
        return digit >= '0' && digit <= '9' ? digit - '0' + 26 : -1;
    }
}
