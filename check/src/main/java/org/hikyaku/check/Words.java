package org.hikyaku.check;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.hikyaku.dns.Answer;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Values as people read them. */
public final class Words {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Words() {}

    /** A name without its final dot, in A-labels. */
    public static String name(Name name) {
        return name.equals(Name.root) ? "." : name.toString(true);
    }

    /** {@code 2026-11-22 01:04 UTC}. */
    public static String time(Instant instant) {
        return MINUTE.format(instant);
    }

    /** {@code 11 days}, {@code 1 hour}: the largest unit of which there is at least one, rounded down. */
    public static String span(Duration duration) {
        Duration d = duration.abs();
        if (d.toDays() > 0) {
            return count(d.toDays(), "day");
        }
        if (d.toHours() > 0) {
            return count(d.toHours(), "hour");
        }
        return d.toMinutes() > 0 ? count(d.toMinutes(), "minute") : count(d.toSeconds(), "second");
    }

    /** {@code 1 error}, {@code 2 errors}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** {@code a}, {@code a and b}, {@code a, b and c}. */
    public static String list(Collection<String> items) {
        List<String> all = List.copyOf(items);
        return switch (all.size()) {
            case 0 -> "";
            case 1 -> all.getFirst();
            default -> String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.getLast();
        };
    }

    /** {@code 192.0.2.25}, {@code 2001:db8::25}: as short as RFC 5952 section 4 makes it. */
    public static String address(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        int start = -1;
        int length = 1; // a single zero group is not shortened (section 4.2.2)
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > length) {
                start = i;
                length = run;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** {@code 192.0.2.25:25}, {@code [2001:db8::25]:25}. */
    public static String endpoint(InetSocketAddress address) {
        String ip = address(address.getAddress());
        return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + address.getPort();
    }

    /** The text with a full stop at its end. */
    public static String sentence(String text) {
        return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
    }

    /** The text with a capital letter at its beginning. */
    static String capital(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** {@code mx.example.jp A}. */
    static String question(Answer answer) {
        return name(answer.question().name()) + " "
                + Type.string(answer.question().type());
    }
}
